"""How settings are read from the environment, and where an instance keeps its secret key."""

from __future__ import annotations

import math
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from rebond.errors import DataError, Fault

SECRET_KEY_FILE = "cle-secrete"  # noqa: S105 - the name of a file
LETTERS = "courriels"
"""Folder of the instance where letters stay while it has no server for them."""
_KEY_BYTES = 50
_SHORTEST_KEY, _FEWEST_LETTERS = 50, 5
"""What Django's own check asks of a key (security.W009)."""
_TRUE = {"1", "oui", "true", "yes"}


class SettingError(DataError):
    """A setting of the instance cannot be used; nothing was opened."""

    def __init__(self, where: str, problem: str, mend: str) -> None:
        super().__init__([Fault(where=where, problem=problem, mend=mend)])


def text(name: str, default: str) -> str:
    """A variable as text."""
    return os.environ.get(name, default)


def flag(name: str) -> bool:
    """A variable that is off unless it says 1, oui, true or yes."""
    return os.environ.get(name, "").strip().lower() in _TRUE


def words(name: str, default: str) -> list[str]:
    """A comma-separated variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def site(name: str, *, https: bool, hosts: list[str]) -> str:
    """The address of the site, without its last slash: that of the variable, else the first name it answers to."""
    said = os.environ.get(name, "").strip().rstrip("/")
    host = next(iter(hosts), "localhost").lstrip("*.") or "localhost"
    return said or f"{'https' if https else 'http'}://{host}"


def folder(name: str) -> Path | None:
    """A folder, ``None`` when the variable is absent."""
    value = os.environ.get(name, "")
    return Path(value).expanduser().resolve() if value else None


_PATIENCE = 20
"""Seconds that a write waits for another before the page says that the database is busy."""


def database(url: str) -> dict[str, Any]:
    """Django's settings of ``sqlite:///FILE`` or ``postgres://user:password@host:port/name``.

    Raises ``SettingError``. A socket folder goes in the query, as libpq has it: ``postgres:///name?host=/run/postgresql&user=rebond``.
    """
    mend = "écrire sqlite:////chemin/rebond.sqlite3 ou postgres://compte:mot-de-passe@machine/base"
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError:
        raise SettingError("DATABASE_URL", "adresse illisible", mend) from None
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path.removeprefix("/")) or ":memory:")
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingError("DATABASE_URL", f"« {parts.scheme} » n'est ni sqlite ni postgres", mend)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or query.pop("password", "")),
        "HOST": parts.hostname or query.pop("host", ""),
        "PORT": port or query.pop("port", ""),
        "CONN_MAX_AGE": 60,
        # What the address itself asks comes last, and wins.
        "OPTIONS": {**query, "options": f"-c lock_timeout={_PATIENCE}s {query.get('options', '')}".rstrip()},
    }


def _sqlite(name: str) -> dict[str, Any]:
    """Settings under which several processes write safely to one file."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": _PATIENCE,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
        },
    }


def email(url: str, home: Path | None) -> dict[str, Any]:
    """Django's settings of ``smtp://account:password@host:587`` (STARTTLS) or ``smtps://…`` (TLS).

    Raises ``SettingError``.

    ``?chiffrement=non`` is for a relay of the same machine. Without address, letters stay in the folder « courriels »
    of the instance; without instance, they are printed. A password holds ``%40`` for ``@``.
    """
    if not url:
        if home is None:
            return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
        return {"EMAIL_BACKEND": "rebond.web.mail.PrivateFolder", "EMAIL_FILE_PATH": str(home / LETTERS)}
    mend = "écrire smtp://compte:mot-de-passe@machine:587 ou smtps://compte:mot-de-passe@machine:465"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingError("REBOND_EMAIL", "adresse illisible", mend) from None
    clear = parse_qs(parts.query).get("chiffrement", ["oui"])[-1] == "non"
    if parts.scheme not in {"smtp", "smtps"}:
        raise SettingError("REBOND_EMAIL", f"« {parts.scheme} » n'est ni smtp ni smtps", mend)
    if not parts.hostname:
        raise SettingError("REBOND_EMAIL", "aucune machine", mend)
    if clear and (parts.password or parts.scheme == "smtps"):
        raise SettingError("REBOND_EMAIL", "sans chiffrement, un mot de passe se lirait sur le réseau", mend)
    secure = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if secure else 25 if clear else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": not secure and not clear,
    }


def number(name: str, default: float) -> float:
    """A variable that holds a number, zero or more; raises ``SettingError``."""
    written = os.environ.get(name, "").strip().replace(",", ".")
    if not written:
        return default
    try:
        value = float(written)
    except ValueError:
        value = -1.0
    if not 0 <= value < math.inf:
        raise SettingError(name, f"« {written} » n'est pas un nombre", f"écrire par exemple {default:g}, ou 0")
    return value


def choice(name: str, among: tuple[str, ...], *, default: str) -> str:
    """A variable that is one of some words; raises ``SettingError``."""
    written = os.environ.get(name, "").strip().lower()
    if written and written not in among:
        raise SettingError(name, f"« {written} » n'est pas un choix", f"écrire {', '.join(among)}")
    return written or default


def secret_key(instance: Path | None) -> str:
    """The key of an instance, drawn once and kept in its data folder; without a folder, one for this process only.

    Raises ``SettingError`` when a key is given or kept, and is empty, torn or short: sessions signed with it could be
    forged. Two processes that start at once keep one key: it is written aside, then linked where none is yet.
    """
    given = os.environ.get("REBOND_SECRET_KEY")
    if given is not None:
        return _sound_key(given.strip(), "REBOND_SECRET_KEY", "donner une clé longue, ou retirer cette variable")
    if instance is None:
        return secrets.token_urlsafe(_KEY_BYTES)
    path = instance / SECRET_KEY_FILE
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{SECRET_KEY_FILE}-{os.getpid()}-{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(_KEY_BYTES), encoding="ascii")
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    mend = "le remettre d'une sauvegarde, ou l'effacer : une clé sera tirée, et chacun se reconnectera"
    try:
        kept = path.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        kept = ""
    return _sound_key(kept, f"fichier « {path} »", mend)


def _sound_key(key: str, where: str, mend: str) -> str:
    if len(key) < _SHORTEST_KEY or len(set(key)) < _FEWEST_LETTERS:
        raise SettingError(where, "clé secrète vide, abîmée ou trop courte", mend)
    return key
