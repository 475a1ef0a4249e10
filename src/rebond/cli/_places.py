"""Where a command writes, checked while its options are read: a place that is refused is said before any work."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from pathlib import Path
from typing import Any

import click

from rebond.data.unreadable import system_reason

MOST_PORT = 65_535


class OutPlace(click.Path):
    """A file or a folder to write; an empty name, which would mean the current folder, is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The place, whose writing is still to be checked."""
        if not str(value):
            self.fail("chemin vide : donner un nom, ou « . » pour le dossier courant", param, ctx)
        return Path(str(super().convert(value, param, ctx)))


class OutFolder(OutPlace):
    """A folder to write in, which may have to be made."""

    def __init__(self) -> None:
        super().__init__(file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The folder; refused when nothing can be written there."""
        folder = super().convert(value, param, ctx)
        if refusal := folder_refusal(folder):
            self.fail(refusal, param, ctx)
        return folder


class OutFile(OutPlace):
    """A file to write in a folder that exists, of the kind that the command makes."""

    def __init__(self, suffix: str) -> None:
        super().__init__(dir_okay=False)
        self.suffix = suffix

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The file; refused when it has another ending or when it cannot be written there."""
        file = super().convert(value, param, ctx)
        if file.suffix.lower() != self.suffix:
            self.fail(f"« {file} » : le nom doit finir par « {self.suffix} ».", param, ctx)
        if refusal := folder_refusal(file.parent):
            self.fail(refusal, param, ctx)
        if not file.parent.exists():
            self.fail(f"« {file.parent} » : dossier introuvable. Le créer d'abord.", param, ctx)
        if file.exists() and not os.access(file, os.W_OK):
            self.fail(f"« {file} » ne peut pas être écrit : droits insuffisants.", param, ctx)
        return file


def folder_refusal(folder: Path) -> str:
    """Why nothing can be written in a folder, whether it exists or has to be made; empty when something can."""
    home = next((place for place in (folder, *folder.parents) if place.exists()), Path())
    if not home.is_dir():
        return f"« {home} » : un fichier porte déjà le nom d'un dossier du chemin. Choisir un autre emplacement."
    try:
        with tempfile.TemporaryFile(dir=home):
            return ""
    except OSError as error:
        # A folder that exists and where no file can be made, as under /proc.
        reason = "écriture refusée" if error.errno == errno.ENOENT else system_reason(error)
        return f"« {home} » : {reason}. Choisir un autre emplacement, ou vérifier les droits du dossier."


def address_refusal(host: str, port: int) -> str:
    """Why the site cannot answer at an address; empty when it can."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except (OSError, UnicodeError):
        return f"« {host} » n'est pas une adresse de cette machine : 127.0.0.1, ou 0.0.0.0 pour tout le réseau."
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        # As gunicorn does: a port that a stopped site has just left is free.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except PermissionError:
            return f"le port {port} est réservé au système : en choisir un de 1024 à {MOST_PORT} avec --port."
        except OSError:
            return f"{host}:{port} est déjà pris, ou n'est pas de cette machine : choisir un autre --port ou --host."
    return ""
