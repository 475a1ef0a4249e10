"""A server of letters for the tests: it speaks SMTP on a port of this machine, and keeps what it is given."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any


@dataclass
class Letters:
    """What the server was given, in the order of arrival."""

    port: int
    received: list[EmailMessage] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As ``REBOND_EMAIL`` names the server."""
        return f"smtp://127.0.0.1:{self.port}?chiffrement=non"

    def next_to(self, address: str, *, after: int = 0) -> EmailMessage:
        """The letter that arrives at an address after so many others; letters leave behind the page."""
        for _ in range(600):
            found = [each for each in self.received if each["To"] == address]
            if len(found) > after:
                return found[after]
            time.sleep(0.1)
        raise AssertionError(f"{address} : {after} lettre(s), pas une de plus")


class _Talk(StreamRequestHandler):
    """One connection: enough of RFC 5321 for a client that sends plain letters."""

    server: Any

    def handle(self) -> None:
        self._say("220 rebond.test ESMTP")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.strip() else b""
            if verb == b"DATA":
                self._say("354 fin par un point seul")
                self.server.keep(self._body())
                self._say("250 gardé")
            elif verb == b"QUIT":
                self._say("221 au revoir")
                return
            elif verb in {b"EHLO", b"HELO", b"MAIL", b"RCPT", b"RSET", b"NOOP"}:
                self._say("250 rebond.test")
            else:
                self._say("502 inconnu")

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def letter_server() -> Iterator[Letters]:
    """The server while it runs."""
    with ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        letters = Letters(port=server.server_address[1])
        server.keep = lambda body: letters.received.append(message_from_bytes(body, policy=policy.default))  # type: ignore[attr-defined]  # read by its connections
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield letters
        finally:
            server.shutdown()
            thread.join()
