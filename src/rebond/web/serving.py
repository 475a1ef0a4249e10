"""Serve the site: gunicorn keeps the processes, waitress reads and answers in each.

A thread is given a request only once it is whole: a client that sends or reads slowly holds a socket, not a thread.
Requests that do not end, and connections past the limit, are closed.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from rebond.web.worker.beside import Beside

PROCESSES, THREADS = 2, 6
LARGEST_BODY = 40_000_000
"""Bytes of what a person may send: a workbook, the photo of a quote."""
IDLE, HEADERS, BODY = 30.0, 10.0, 180.0
"""Seconds before a silent connection, unfinished headers or an unfinished body are closed."""
CONNECTIONS = 900
"""Open at once in a process; past it, those that have sent nothing whole are closed, the oldest first."""
_SPARED = 0.5
_ROUND = 1.0


class _BufferedServer(TcpWSGIServer):
    """Waitress, less patient with requests that never end."""

    def maintenance(self, now: float) -> None:
        """Close what is silent (as waitress does), what does not end, and what is too many."""
        super().maintenance(now)
        unfinished = []
        for channel in list(self.active_channels.values()):
            if channel.requests or channel.total_outbufs_len:
                continue
            request = channel.request
            began = getattr(channel, "request_began", None)
            if request is None:
                channel.request_began = None
            elif began is None:
                channel.request_began = now
            elif now - began > (BODY if request.headers_finished else HEADERS):
                channel.will_close = True
            unfinished.append(channel)
        if self.in_connection_overflow:
            unfinished.sort(key=lambda channel: channel.last_activity)
            for channel in unfinished[: int(CONNECTIONS * _SPARED)]:
                channel.will_close = True


class BufferedWorker(Worker):
    """A gunicorn worker whose sockets are read by waitress."""

    def run(self) -> None:
        """Answer until told to stop; gunicorn replaces a worker that no longer says that it is alive."""
        logging.getLogger("waitress").setLevel(logging.ERROR)
        adjustments = Adjustments(
            sockets=[listener.sock for listener in self.sockets],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            cleanup_interval=2,
            channel_timeout=IDLE,
            asyncore_use_poll=True,
            max_request_header_size=65_536,
            max_request_body_size=LARGEST_BODY,
            # Django reads X-Forwarded-Proto itself, and only behind HTTPS (settings).
            clear_untrusted_proxy_headers=False,
            ident="",
        )
        sockets: dict[int, Any] = {}
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(THREADS)
        servers = [
            _BufferedServer(
                self.wsgi,
                map=sockets,
                _sock=listener.sock,
                dispatcher=dispatcher,
                adj=adjustments,
                sockinfo=(listener.sock.family, listener.sock.type, listener.sock.proto, listener.sock.getsockname()),
                bind_socket=False,
            )
            for listener in self.sockets
        ]
        while self.alive and self.ppid == os.getppid():
            self.notify()
            wasyncore.loop(timeout=_ROUND, use_poll=True, map=sockets, count=1)
        self._finish(servers, sockets)

    def _finish(self, servers: list[_BufferedServer], sockets: dict[int, Any]) -> None:
        """Take no new request, end those that were begun."""
        for server in servers:
            server.accepting = False
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < deadline and any(
            channel.requests or channel.total_outbufs_len
            for server in servers
            for channel in server.active_channels.values()
        ):
            self.notify()
            wasyncore.loop(timeout=0.1, use_poll=True, map=sockets, count=1)
        servers[0].task_dispatcher.shutdown(timeout=1)


class _Server(BaseApplication):
    """Gunicorn on options given here rather than on a command line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn asks for its settings here."""
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Callable[..., Any]:
        """Gunicorn asks for the application here, once, before it listens: no visitor waits for the catalogue."""
        from rebond.web.warming import warm
        from rebond.web.wsgi import application

        warm()
        return application


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    announce: Callable[[str], None] | None = None,
    computing: bool = False,
) -> None:
    """Answer requests until interrupted; Django must be set up. ``announce`` is told the address once it answers.

    ``computing``: studies and documents are made meanwhile, by a process beside those that answer.
    """
    beside = Beside()
    if not os.environ.get("REBOND_HOSTS"):
        # Only this machine reads the site: the worker's letters lead to the port that answers.
        os.environ.setdefault("REBOND_SITE", f"http://{host}:{port}")

    def ready(_: object) -> None:
        if computing:
            beside.start()
        if announce is not None:
            announce(f"Site ouvert sur http://{host}:{port}/ — Ctrl+C pour l'arrêter.")

    _Server(
        {
            "when_ready": ready,
            "on_exit": lambda _: beside.stop(),
            "bind": f"{host}:{port}",
            "workers": PROCESSES,
            # The processes are born with what the first one loaded, and share its memory.
            "preload_app": True,
            "worker_class": BufferedWorker,
            "loglevel": "warning",
            "proc_name": "rebond",
            "control_socket_disable": True,
        }
    ).run()
