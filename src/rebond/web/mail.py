"""Letters that the site sends: plain text in French, one after the other, never while a page is waited for.

A page that says the same whether it sent a letter or not must take the same time: ``send_later``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.filebased import EmailBackend as FileBackend
from django.db import connections
from django.template.loader import render_to_string

from rebond.web.environment import LETTERS

_LOGGER = logging.getLogger("rebond.incidents")
_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_ADDRESS = re.compile(r"\S+@\S+")
Absolute = Callable[[str], str]
"""The whole address of a path of the site, as a letter bears it."""
_later = ThreadPoolExecutor(max_workers=1, thread_name_prefix="courriels")


class PrivateFolder(FileBackend):
    """Letters in a folder that only its owner reads: they hold links that open accounts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        Path(settings.EMAIL_FILE_PATH or LETTERS).mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(*args, **kwargs)


def letter(to: str, subject: str, template: str, context: Mapping[str, Any]) -> EmailMessage:
    """A letter whose text is a template; its subject holds one line."""
    return EmailMessage(" ".join(subject.split()), render_to_string(template, dict(context)).strip() + "\n", to=[to])


def send(message: EmailMessage) -> bool:
    """Whether the letter left; the reason why it did not is in the log, without what it says."""
    try:
        message.send()
    except (OSError, SMTPException) as error:
        _LOGGER.error("Courriel non parti (%s) : %s", message.subject, error)  # noqa: TRY400 - no trace: it names the recipient
        return False
    return True


def send_later(message: EmailMessage) -> Future[bool]:
    """Send it behind the page that asks."""
    return _later.submit(send, message)


def do_later(task: Callable[[], object]) -> Future[None]:
    """Do something behind the page that asks, each in its turn; the thread gives its connections back."""

    def done() -> None:
        try:
            task()
        finally:
            connections.close_all()

    return _later.submit(done)


def leave(message: EmailMessage, *, then: Callable[[], None]) -> str:
    """Send a letter and do ``then`` as soon as the server has it; why it did not leave, empty when it did.

    The server is told good-bye after that: what happens then changes nothing to what it took.
    """
    connection = get_connection()
    try:
        connection.open()
        connection.send_messages([message])
    except (OSError, SMTPException) as error:
        with suppress(OSError, SMTPException):
            connection.close()
        return _why(error)
    try:
        then()
    finally:
        with suppress(OSError, SMTPException):
            connection.close()
    return ""


def _why(error: Exception) -> str:
    """What a server said, without the addresses that it names."""
    if isinstance(error, SMTPRecipientsRefused):
        answers = {f"{code} {_text(said)}" for code, said in error.recipients.values()}
        return f"adresse refusée : {', '.join(sorted(answers))}"
    if isinstance(error, SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _ADDRESS.sub("…", " ".join(text.split()))


def server_refusal() -> str:
    """Why the server of letters does not answer; empty when it does."""
    if settings.EMAIL_BACKEND != _SMTP:
        return ""
    connection = get_connection(timeout=5)
    try:
        connection.open()
        connection.close()
    except (OSError, SMTPException) as error:
        return str(error) or type(error).__name__
    return ""
