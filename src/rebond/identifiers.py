"""SIREN and SIRET: read them as people and spreadsheets write them, repair what a spreadsheet broke.

Sources: INSEE (Luhn's check, nine and fourteen digits), and the exception of La Poste, through python-stdnum.
Only what keeps every digit is repaired; digits that are lost are never guessed.
"""

from __future__ import annotations

import re

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from rebond.facts import Siren, Siret

SIREN_LENGTH = 9
SIRET_LENGTH = 14
_MOST_LOST_ZEROS = 5
"""More leading zeros than that are not lost zeros: the number is something else."""
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_SEPARATORS = re.compile(r"[\s.\-/_'’]")
_WHOLE_FLOAT = re.compile(r"^\d+[.,]0+$")
_SCIENTIFIC = re.compile(r"^(\d)(?:[.,](\d+))?E\+?(\d+)$")
_VAT = re.compile(r"^FR(\d{2})?(\d{9})$")


def read_siren(raw: object) -> tuple[Siren, str]:
    """A SIREN (9 digits, as text) and a French note of what was repaired, empty when nothing was.

    Accepts text and numbers. Raises ``ValueError``, in French, when it is no SIREN or digits are lost.

    >>> read_siren("552 081 317.0")
    ('552081317', 'séparateurs retirés, partie décimale retirée')
    >>> read_siren(5520812)
    ('005520812', '2 zéros de tête rétablis')
    """
    digits, notes = _digits(raw)
    vat = _VAT.match(digits)
    if vat:
        digits, notes = _without_vat_prefix(vat), [*notes, "préfixe de TVA retiré"]
    _require_digits(raw, digits, "SIREN")
    if len(digits) == SIRET_LENGTH and stdnum_siret.is_valid(digits):
        return Siren(digits[:SIREN_LENGTH]), _note([*notes, "SIREN tiré du SIRET"])
    digits, zeros = _with_leading_zeros(digits, SIREN_LENGTH, "SIREN")
    try:
        return Siren(stdnum_siren.validate(digits)), _note([*notes, *zeros])
    except ValidationError as error:
        raise ValueError(
            f"« {raw} » n'est pas un SIREN : la clé de contrôle ne convient pas (chiffre faux ou inversé)"
        ) from error


def read_siret(raw: object) -> tuple[Siret, str]:
    """A SIRET (14 digits, as text) and a French note of what was repaired, empty when nothing was.

    Accepts text and numbers. Raises ``ValueError``, in French, when it is no SIRET or digits are lost.

    >>> read_siret("8.2161143100015E+13")
    ('82161143100015', 'notation scientifique convertie')
    """
    digits, notes = _digits(raw)
    _require_digits(raw, digits, "SIRET")
    if len(digits) == SIREN_LENGTH:
        raise ValueError(f"« {raw} » n'a que 9 chiffres : c'est un SIREN, pas le SIRET d'un site (14 chiffres)")
    digits, zeros = _with_leading_zeros(digits, SIRET_LENGTH, "SIRET")
    try:
        return Siret(stdnum_siret.validate(digits)), _note([*notes, *zeros])
    except InvalidChecksum as error:
        raise ValueError(
            f"« {raw} » n'est pas un SIRET : la clé de contrôle ne convient pas (chiffre faux ou inversé)"
        ) from error


def _digits(raw: object) -> tuple[str, list[str]]:
    """The text without separators, and the notes of what was taken away."""
    if isinstance(raw, bool) or raw is None:
        raise ValueError("numéro absent")
    if isinstance(raw, float):
        if not raw.is_integer():
            raise ValueError(f"« {raw} » est un nombre à virgule, pas un numéro")
        return str(int(raw)), []
    notes: list[str] = []
    text = _INVISIBLE.sub("", str(raw)).strip().upper()
    bare = re.sub(r"\s", "", text)
    scientific = _SCIENTIFIC.match(bare)
    if scientific:
        return _from_scientific(str(raw), scientific), ["notation scientifique convertie"]
    spaced = bare != text
    if _WHOLE_FLOAT.match(bare) and len(re.split("[.,]", bare)[1]) <= 2:  # noqa: PLR2004 - « .0 » or « .00 », not a group of three
        bare = re.split("[.,]", bare)[0]
        notes.append("partie décimale retirée")
    digits = _SEPARATORS.sub("", bare)
    if spaced or digits != bare:
        notes.insert(0, "séparateurs retirés")
    return digits, notes


def _from_scientific(raw: str, match: re.Match[str]) -> str:
    decimals, exponent = (match[2] or "").rstrip("0"), int(match[3])
    kept = match[2] or ""
    if exponent > SIRET_LENGTH or len(kept) != exponent:
        lost = max(exponent - len(decimals), 0)
        raise ValueError(f"« {raw} » : le tableur a perdu {lost} chiffres, le numéro ne peut être rétabli")
    return match[1] + kept


def _without_vat_prefix(match: re.Match[str]) -> str:
    key, siren = match[1], match[2]
    if key and int(key) != (12 + 3 * (int(siren) % 97)) % 97:
        raise ValueError(f"« {match[0]} » n'est pas un numéro de TVA : la clé {key} ne convient pas au SIREN {siren}")
    return siren


def _require_digits(raw: object, digits: str, kind: str) -> None:
    if not digits:
        raise ValueError("numéro absent")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"« {raw} » n'est pas un {kind} : il ne doit contenir que des chiffres")


def _with_leading_zeros(digits: str, length: int, kind: str) -> tuple[str, list[str]]:
    missing = length - len(digits)
    if not digits.strip("0"):
        raise ValueError(f"un {kind} ne peut être fait que de zéros")
    if missing == 0:
        return digits, []
    if missing < 0 or missing > _MOST_LOST_ZEROS:
        raise ValueError(f"un {kind} compte {length} chiffres, celui-ci {len(digits)}")
    return digits.zfill(length), [
        f"{missing} zéro{'s' if missing > 1 else ''} de tête rétabli{'s' if missing > 1 else ''}"
    ]


def _note(notes: list[str]) -> str:
    return ", ".join(notes)
