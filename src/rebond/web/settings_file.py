"""The settings of an instance in a file: the variables that ``settings`` reads, with what each means."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from rebond.data.limits import MOST_EDITED_BYTES
from rebond.errors import DataError, Fault
from rebond.reading.words import fold

SETTINGS_FILE = "reglages.env"
_HEAD = """\
# Réglages de cette instance de Rebond, lus par « rebond serve » et par les autres commandes.
# Une ligne par réglage : NOM=valeur. Une ligne qui commence par # ne compte pas.
# Une variable de même nom dans l'environnement l'emporte.
"""
_EXPLAINED: Mapping[str, str] = {
    "DATABASE_URL": "Base de données. Sans ce réglage : rebond.sqlite3, dans ce dossier. Pour PostgreSQL : "
    "postgres://compte:mot-de-passe@machine/base",
    "REBOND_HOSTS": "Noms sous lesquels le site répond, séparés par des virgules : rebond.exemple.fr",
    "REBOND_SITE": "Adresse du site dans les courriels de rappel : https://rebond.exemple.fr. Sans ce réglage : le "
    "premier des noms ci-dessus.",
    "REBOND_HTTPS": "1 derrière un serveur HTTPS (mandataire qui transmet X-Forwarded-Proto).",
    "REBOND_OPERATOR": "Qui publie cette instance, pour les mentions légales.",
    "REBOND_CONTACT": "Adresse électronique d'aide et d'accessibilité.",
    "REBOND_EMAIL": "Serveur des courriels : smtp://compte:mot-de-passe@machine:587. Sans ce réglage, les courriels "
    "restent dans le dossier « courriels » de l'instance.",
    "REBOND_EMAIL_FROM": "Adresse d'expéditeur des courriels. Sans ce réglage : celle d'aide.",
    "MARQUE_ETAT": "1 montre la marque de l'État : services de l'État et opérateurs seulement.",
    "REBOND_DOCUMENTS": "Dossier des documents des missions. Sans ce réglage : documents, dans ce dossier.",
    "REBOND_CATALOGUE": "Dossier d'un catalogue qui s'ajoute à celui de Rebond (celui d'un territoire).",
    "REBOND_STATIC": "Dossier des fichiers statiques réunis par « collectstatic ».",
    "REBOND_DOCUMENTS_APRES": "Minutes sans changement après lesquelles les documents d'une étude se préparent "
    "d'eux-mêmes ; 0 ou rien : seulement quand on les demande.",
    "REBOND_REQUESTS": "Demandes par seconde qu'une même personne peut faire ; 0 : sans limite.",
    "REBOND_SESSION_IDLE": "Minutes sans geste au bout desquelles une session se ferme (60) ; 0 : sans limite.",
    "REBOND_SESSION_LONGEST": "Heures au bout desquelles une session se ferme quoi qu'on fasse (12).",
    "REBOND_SECOND_FACTOR": "Qui doit donner un code de son téléphone pour se connecter : personne, administrateurs, "
    "equipe (pilotes, consultants et administrateurs) ou tous.",
    "REBOND_SECRET_KEY": "Clé qui signe les sessions. Sans ce réglage : le fichier cle-secrete de ce dossier.",
}
"""Variable → what it is, in the order of the file."""
_ALSO = frozenset({"REBOND_DEBUG", "REBOND_DEMO"})
_IN_THE_FOLDER = ("REBOND_DOCUMENTS", "REBOND_CATALOGUE", "REBOND_STATIC")


def settings_text(given: Mapping[str, str]) -> str:
    """The commented file of a new instance; what is not given is there as a comment."""
    parts = [_HEAD]
    for name, meaning in _EXPLAINED.items():
        value = " ".join(given.get(name, "").split())
        parts.append(f"\n# {meaning}\n{name}={value}\n" if value else f"\n# {meaning}\n#{name}=\n")
    return "".join(parts)


def read_settings(path: Path) -> dict[str, str]:
    """The settings of a file; folders are taken from that of the file. Raises ``DataError`` with every fault."""
    faults: list[Fault] = []
    found: dict[str, str] = {}
    for number, name, value, wrong in _lines(path):
        problem = wrong or ("réglage donné deux fois" if name in found else "")
        if problem:
            where = f"fichier « {path} », ligne {number}"
            faults.append(Fault(where=where, found=name, problem=problem, mend=_MEND))
        else:
            found[name] = str(path.parent.resolve() / value) if name in _IN_THE_FOLDER and value else value
    if faults:
        raise DataError(faults)
    return {name: value for name, value in found.items() if value}


def use_settings(path: Path) -> None:
    """Put the settings of a file in the environment, where what is already there wins."""
    for name, value in read_settings(path).items():
        os.environ.setdefault(name, value)


_MEND = "écrire NOM=valeur, avec un nom de ceux que le fichier explique ; # devant une ligne l'écarte"


def _lines(path: Path) -> Iterator[tuple[int, str, str, str]]:
    """Number, name, value and problem of each line that counts."""
    with path.open("rb") as file:
        data = file.read(MOST_EDITED_BYTES + 1)
    try:
        text = data.decode("utf-8-sig") if len(data) <= MOST_EDITED_BYTES else ""
    except UnicodeDecodeError:
        text = ""
    if data and not text:
        problem = "ce n'est pas un fichier de réglages : texte en UTF-8, court"
        raise DataError([Fault(where=f"fichier « {path} »", problem=problem, mend=_MEND)])
    for number, line in enumerate(text.splitlines(), start=1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        name, sign, value = (part.strip() for part in written.partition("="))
        known = name in _EXPLAINED or name in _ALSO
        near = next((each for each in (*_EXPLAINED, *_ALSO) if fold(each) == fold(name)), "")
        problem = "" if known else f"réglage inconnu{f' : {near} ?' if near else ''}"
        problem = problem if sign else "signe = absent"
        yield number, name[:60], value.strip("\"'"), problem
