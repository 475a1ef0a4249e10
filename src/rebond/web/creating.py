"""Make an instance: its folder, its settings, its key, its database, its first administrator; or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rebond.errors import DataError, Fault
from rebond.web.settings_file import SETTINGS_FILE, settings_text

DATABASE, DOCUMENTS = "rebond.sqlite3", "documents"
_OWNER_ONLY = 0o700
_MARKS = (SETTINGS_FILE, DATABASE, "cle-secrete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """The first person of an instance."""

    username: str
    password: str
    email: str = ""
    organisation: str = ""


def instance_refusal(folder: Path) -> str:
    """Why an instance may not be made in a folder; empty when it may."""
    if folder.exists() and not folder.is_dir():
        return "un fichier porte déjà ce nom"
    if held := [name for name in _MARKS if (folder / name).exists()]:
        return f"ce dossier contient déjà une instance ({', '.join(held)})"
    return ""


def create_instance(folder: Path, given: Mapping[str, str], ask: Callable[[], Administrator]) -> None:
    """Make an instance with the settings given (``settings_file``); Django is set up on it on the way.

    ``ask`` is called once the site knows its rules for passwords. Raises ``DataError`` when something is refused:
    what was made is then taken away.
    """
    was_there = folder.is_dir()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(_OWNER_ONLY)
    before = set(folder.iterdir())
    try:
        _make(folder, given, ask)
    except BaseException:
        for path in set(folder.iterdir()) - before:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if not was_there:
            folder.rmdir()
        raise


def _make(folder: Path, given: Mapping[str, str], ask: Callable[[], Administrator]) -> None:
    from rebond.web.instance import open_instance

    file = folder / SETTINGS_FILE
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(settings_text(given))
    (folder / DOCUMENTS).mkdir(mode=_OWNER_ONLY, exist_ok=True)
    for name, value in given.items():
        os.environ.setdefault(name, value)
    # A key in the environment would not be that of the instance.
    os.environ.pop("REBOND_SECRET_KEY", None)
    os.environ["REBOND_DATA_DIR"] = str(folder.resolve())
    open_instance(folder / DATABASE, documents=folder / DOCUMENTS)
    _administrator(ask)


def _administrator(ask: Callable[[], Administrator]) -> None:
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from rebond.web.accounts.models import User
    from rebond.web.organisations.adopting import affiliate, organisation_named

    if User.objects.exists():
        problem, mend = "cette base a déjà des comptes", "en donner une neuve, ou servir celle-ci (« rebond serve »)"
        raise DataError([Fault(where="base de données", problem=problem, mend=mend)])
    told = ask()
    user = User(username=told.username, email=told.email, is_staff=True)
    user.set_password(told.password)
    try:
        user.full_clean()
    except ValidationError as error:
        raise DataError(
            [
                Fault(where=f"compte, {name}", problem=" ".join(problems), mend="en donner un autre")
                for name, problems in error.message_dict.items()
            ]
        ) from None
    with transaction.atomic():
        user.save()
        if told.organisation.strip():
            affiliate(user, organisation_named(told.organisation))


def password_refusals(password: str, *, username: str, email: str = "") -> list[str]:
    """Why a password is refused, in French; empty when it is not. Django must be set up."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from rebond.web.accounts.models import User

    try:
        validate_password(password, User(username=username, email=email))
    except ValidationError as error:
        return list(error.messages)
    return []
