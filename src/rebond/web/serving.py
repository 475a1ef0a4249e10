"""Serve the site with gunicorn, from this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication


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
        """Gunicorn asks for the application here."""
        from rebond.web.wsgi import application

        return application


def serve(*, host: str = "127.0.0.1", port: int = 8000, announce: Callable[[str], None] | None = None) -> None:
    """Answer requests until interrupted; Django must be set up. ``announce`` is told the address once it answers."""

    def ready(_: object) -> None:
        if announce is not None:
            announce(f"Site ouvert sur http://{host}:{port}/ — Ctrl+C pour l'arrêter.")

    _Server(
        {
            "when_ready": ready,
            "bind": f"{host}:{port}",
            "workers": 2,
            "threads": 4,
            "worker_class": "gthread",
            "loglevel": "warning",
            "proc_name": "rebond",
            "control_socket_disable": True,
        }
    ).run()
