"""What Rebond reads in a partner's list, and how a column's title is compared and its unit read."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from decimal import Decimal

from rebond.adapters.partner_lists.mojibake import mended
from rebond.reading.words import clean, fold


class Field(enum.StrEnum):
    """A field of a line; the values are those of the format files and of the mappings that people correct."""

    FIRM = "entreprise"
    SIREN = "siren"
    COMMUNE = "commune"
    PROJECT = "projet"
    COST = "cout"
    AID = "aide"
    AMOUNT = "montant"
    DATE = "date"
    FUNDER = "attribuant"


AMOUNTS = (Field.COST, Field.AID, Field.AMOUNT)
"""In the order of use: the cost of the project tells more about the project than the aid."""
MEANINGS = {
    Field.FIRM: "nom de l'entreprise, obligatoire",
    Field.SIREN: "SIREN ou SIRET",
    Field.COMMUNE: "commune",
    Field.PROJECT: "intitulé ou objet du projet",
    Field.COST: "coût du projet",
    Field.AID: "montant de l'aide",
    Field.AMOUNT: "montant dont on ne sait s'il est un coût ou une aide",
    Field.DATE: "date de la décision ou de la ligne",
    Field.FUNDER: "organisme qui accorde l'aide",
}


class DateOrder(enum.StrEnum):
    """In which order the numbers of a date are written."""

    DAY_FIRST = "jour_mois_annee"
    YEAR_FIRST = "annee_mois_jour"
    MONTH_FIRST = "mois_jour_annee"


class Numbers(enum.StrEnum):
    """How thousands and decimals are written."""

    FRENCH = "francais"
    ENGLISH = "anglais"


UNITS = {"euros": Decimal(1), "milliers": Decimal(1_000), "millions": Decimal(1_000_000)}
"""Word of the format files → how many euros."""
_SPACES = re.compile(r"\s+")
_UNIT = re.compile(
    r"""[\[(]?\s*(?:\ben\s+)?(?:
        (?P<thousands>\bk\s?€|\bkeuros?\b|\bk\s?eur\b|\bmilliers?\s+d['’]\s?(?:euros?|€))
      | (?P<millions>\bm\s?€|\bmeuros?\b|\bmillions?\s+d['’]\s?(?:euros?|€))
      | (?P<units>€|\beuros?\b|\beur\b)
    )\s*[\])]?""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Title:
    """A column's title: as written, as compared, and the unit that it says (``None`` when it says none)."""

    text: str
    key: str
    unit: Decimal | None


def title_of(cell: object) -> Title:
    """Read a title; case, accents, spaces and punctuation do not count, the unit is taken apart.

    >>> title_of("Montant (k€)").key, title_of("Montant (k€)").unit
    ('montant', Decimal('1000'))
    """
    text = _SPACES.sub(" ", clean(mended(str(cell)))) if cell is not None else ""
    found = _UNIT.search(text)
    if found is None:
        return Title(text, key_of(text), None)
    unit = UNITS["milliers" if found["thousands"] else "millions" if found["millions"] else "euros"]
    return Title(text, key_of(text[: found.start()] + " " + text[found.end() :]), unit)


def key_of(text: str) -> str:
    """A title as compared.

    >>> key_of("Nom du bénéficiaire*") == key_of("nom_du_beneficiaire")
    True
    """
    return fold(text).replace(" ", "")
