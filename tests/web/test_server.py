"""The server that people reach: slow clients and floods hold sockets, never the site."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.site import PATIENCE, run_python, served

pytestmark = pytest.mark.slow

OPEN = """
import sys
from pathlib import Path
from rebond.web.instance import open_instance
home = Path(sys.argv[1])
open_instance(home / "rebond.sqlite3", documents=home)
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Host and port of an instance without any mission."""
    home = tmp_path_factory.mktemp("instance")
    run_python(OPEN, str(home), environment={})
    with served(home) as url:
        host, port = url.removeprefix("http://").split(":")
        yield host, int(port)


def _asked(address: tuple[str, int], path: str = "/mentions-legales/") -> bytes:
    """The first bytes of an answer; a server that does not answer ends in a time-out, before those who hold it tire."""
    with socket.create_connection(address, timeout=20) as honest:
        honest.sendall(f"GET {path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nConnection: close\r\n\r\n".encode())
        return honest.recv(100)


def test_four_hundred_half_open_requests_do_not_stop_the_site(address: tuple[str, int]) -> None:
    """Cut in the request line, in the headers, and in the body."""
    whole = b"POST /connexion/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nuser"
    slow = []
    try:
        for rank in range(400):
            connection = socket.create_connection(address, timeout=PATIENCE)
            connection.sendall(whole[: 5 + rank % (len(whole) - 5)])
            slow.append(connection)
        answers = [_asked(address) for _ in range(5)]
        assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)
    finally:
        for connection in slow:
            connection.close()


def test_headers_that_never_end_are_cut(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=40) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(40):
            try:
                slow.sendall(b"X-A: b\r\n")
            except OSError:
                break
            time.sleep(0.5)
        else:
            pytest.fail("still listening after forty headers, half a second apart")


def test_headers_and_bodies_past_every_size_are_refused(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n")
        assert connection.recv(40).startswith((b"HTTP/1.0 431", b"HTTP/1.1 431"))
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        connection.sendall(b"POST /connexion/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
        assert connection.recv(40).startswith((b"HTTP/1.0 413", b"HTTP/1.1 413"))


def test_the_database_of_an_instance_is_its_owner_s_alone(address: tuple[str, int], tmp_path: Path) -> None:
    run_python(OPEN, str(tmp_path), environment={})
    assert (tmp_path / "rebond.sqlite3").stat().st_mode & 0o077 == 0
