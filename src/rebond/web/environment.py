"""How settings are read from the environment, and where an instance keeps its secret key."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SECRET_KEY_FILE = "cle-secrete"  # noqa: S105 - the name of a file
_TRUE = {"1", "oui", "true", "yes"}


def text(name: str, default: str) -> str:
    """A variable as text."""
    return os.environ.get(name, default)


def flag(name: str) -> bool:
    """A variable that is off unless it says 1, oui, true or yes."""
    return os.environ.get(name, "").strip().lower() in _TRUE


def words(name: str, default: str) -> list[str]:
    """A comma-separated variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str) -> Path | None:
    """A folder, ``None`` when the variable is absent."""
    value = os.environ.get(name, "")
    return Path(value).expanduser().resolve() if value else None


def database(url: str) -> dict[str, Any]:
    """Django's settings of ``sqlite:///FILE`` or ``postgres://user:password@host:port/name``.

    A socket folder goes in the query, as libpq has it: ``postgres:///name?host=/run/postgresql&user=rebond``.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path.removeprefix("/")) or ":memory:")
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL : « {parts.scheme} » n'est ni sqlite ni postgres")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or query.pop("password", "")),
        "HOST": parts.hostname or query.pop("host", ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "OPTIONS": query,
    }


def _sqlite(name: str) -> dict[str, Any]:
    """Settings under which several processes write safely to one file."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
        },
    }


def secret_key(instance: Path | None) -> str:
    """The key of an instance, drawn once and kept in its data folder; without a folder, one for this process only."""
    given = os.environ.get("REBOND_SECRET_KEY", "")
    if given:
        return given
    if instance is None:
        return secrets.token_urlsafe(50)
    path = instance / SECRET_KEY_FILE
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
