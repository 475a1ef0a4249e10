"""The link checker, against a server of our own."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from rebond.adapters.links import check_links
from rebond.cli import main
from rebond.data import data_folder
from rebond.dispositifs.catalogue import load_catalogue
from rebond.dispositifs.links import LinkRecord, load_links
from rebond.dispositifs.model import Dispositif

ON = date(2026, 11, 23)
STATUSES = {"/ici": 200, "/parti": 404, "/panne": 500, "/robots": 403}


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(STATUSES.get(self.path, 404))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name of the base class
        """Nothing on the screen."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of a server that answers as ``STATUSES`` says."""
    with HTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def scheme() -> Dispositif:
    return load_catalogue(data_folder()).dispositifs["ademe/decarb-flash"]


def seen(url: str, scheme: Dispositif, before: LinkRecord | None = None) -> LinkRecord:
    with httpx.Client(timeout=30, trust_env=False) as client:
        known = {before.dispositif: before} if before else {}
        found = check_links([replace(scheme, url=url)], known, on=ON, client=client, progress=lambda _: None)
    return found[scheme.id]


@pytest.mark.parametrize(("path", "alive"), [("/ici", True), ("/robots", True), ("/parti", False), ("/panne", False)])
def test_a_page_is_alive_when_somebody_answers(path: str, alive: bool, site: str, scheme: Dispositif) -> None:
    assert seen(site + path, scheme).seen_alive is alive


def test_a_server_that_is_not_there_is_not_alive(scheme: Dispositif) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # Nobody listens there, and nobody else can meanwhile.
        assert not seen(f"http://127.0.0.1:{silent.getsockname()[1]}/", scheme).seen_alive
    assert not seen("pas une adresse", scheme).seen_alive


def test_a_failure_keeps_the_date_of_the_last_success(site: str, scheme: Dispositif) -> None:
    before = LinkRecord(dispositif=scheme.id, url=f"{site}/parti", last_success=ON - timedelta(days=30))
    after = seen(f"{site}/parti", scheme, before)
    assert (after.last_success, after.last_failure) == (ON - timedelta(days=30), ON)
    assert seen(f"{site}/panne", scheme, before).last_success is None


def test_the_command_writes_what_it_saw(site: str, scheme: Dispositif, tmp_path: Path) -> None:
    source = (data_folder() / "dispositifs" / f"{scheme.id}.yaml").read_text(encoding="utf-8")
    path = tmp_path / "dispositifs" / f"{scheme.id}.yaml"
    path.parent.mkdir(parents=True)
    lines = [f"url: {site}/parti\n" if line.startswith("url:") else line for line in source.splitlines(keepends=True)]
    path.write_text("".join(lines), encoding="utf-8")
    arguments = ["catalogue", "liens", "--on", "2026-11-23", "--catalogue", str(tmp_path), "--timeout", "30"]
    result = CliRunner(env={"NO_PROXY": "*"}).invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "Pages interrogées : 1, sans réponse : 1" in result.stdout
    assert not load_links(tmp_path / "dispositifs", [scheme.id])[scheme.id].seen_alive
