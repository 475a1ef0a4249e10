"""Why a file cannot be read or written, in French: the system and Python's own readers say it in English."""

from __future__ import annotations

import errno
import json

_REFUSALS = {
    errno.EACCES: "droits insuffisants",
    errno.EPERM: "droits insuffisants",
    errno.EROFS: "disque en lecture seule",
    errno.ENOSPC: "disque plein",
    errno.EDQUOT: "quota de disque atteint",
    errno.EFBIG: "fichier trop grand pour ce disque",
    errno.EIO: "erreur de lecture ou d'écriture du disque",
    errno.EBUSY: "occupé par un autre programme",
    errno.EXDEV: "sur un autre disque",
    errno.ELOOP: "lien qui tourne en rond",
    errno.ENOTEMPTY: "dossier non vide",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.EINVAL: "nom impossible sur ce disque",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.EISDIR: "un dossier porte déjà ce nom",
    errno.ENOTDIR: "un fichier porte déjà le nom d'un dossier du chemin",
    errno.ENOENT: "introuvable",
    errno.ENAMETOOLONG: "nom trop long",
}
KNOWN_REFUSALS = frozenset(_REFUSALS)
"""What the system refuses for a reason that people can mend."""
_JSON = {
    "Expecting value": "une valeur est attendue",
    "Extra data": "du texte suit la fin",
    "Expecting property name enclosed in double quotes": "un nom de clé entre guillemets est attendu",
    "Expecting ',' delimiter": "une virgule est attendue",
    "Expecting ':' delimiter": "deux-points sont attendus",
    "Unterminated string starting at": "guillemet jamais fermé",
    "Invalid control character at": "caractère invisible dans un texte",
    "Invalid \\escape": "barre oblique inverse isolée",
    "Illegal trailing comma before end of object": "virgule en trop avant l'accolade",
    "Illegal trailing comma before end of array": "virgule en trop avant le crochet",
}


def system_reason(error: OSError) -> str:
    """Why the system refused a file or a folder.

    >>> system_reason(FileNotFoundError(2, "No such file or directory"))
    'introuvable'
    """
    return _REFUSALS.get(error.errno or 0, "refus du système")


def json_reason(error: ValueError | RecursionError) -> str:
    """What is wrong in a JSON text.

    >>> json_reason(json.JSONDecodeError("Expecting value", "", 0))
    'le fichier est vide'
    """
    if isinstance(error, RecursionError):
        return "blocs trop imbriqués"
    if not isinstance(error, json.JSONDecodeError):
        return "valeur inattendue"
    if not error.doc.strip():
        return "le fichier est vide"
    return f"{_JSON.get(error.msg, 'écriture inattendue')}, colonne {error.colno}"
