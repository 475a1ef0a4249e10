"""A failure of the site: written in the log under a number, and the number shown to the person who met it."""

from __future__ import annotations

import logging
import os
import secrets
import sys
from io import TextIOWrapper
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

_LOGGER = logging.getLogger("rebond.incidents")
_LARGEST = 5_000_000
"""Bytes: past that size the log is set aside once, when the site starts."""


class PrivateFile(logging.FileHandler):
    """A log that only its owner may read: a trace may hold what people wrote."""

    def __init__(self, filename: str) -> None:
        path = Path(filename)
        if path.exists() and path.stat().st_size > _LARGEST:
            path.replace(path.with_suffix(".ancien.log"))
        super().__init__(filename, encoding="utf-8", delay=True)

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")


def broken(request: HttpRequest) -> HttpResponse:
    """500: its number, and nothing of the request's context, which may be what failed.

    Called by Django while the exception is handled. The log has the address without its query, which holds answers, and
    without the secret of an address that opens something by itself.
    """
    number = secrets.token_hex(4).upper()
    person = getattr(getattr(request, "user", None), "pk", None)
    where = (number, request.method, _address(request), person or "aucun")
    _LOGGER.error("Incident %s : %s %s (compte n° %s)", *where, exc_info=sys.exc_info())
    return HttpResponse(render_to_string("500.html", {"number": number}), status=500)


def _address(request: HttpRequest) -> str:
    token = request.resolver_match.kwargs.get("token") if request.resolver_match else None
    return request.path.replace(token, "…") if token else request.path
