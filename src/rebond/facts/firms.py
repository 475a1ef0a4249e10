"""What is known of a firm and of its site."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from rebond.facts.values import UNKNOWN, FactValue, Maybe, Siren, Siret
from rebond.units import Euros, Rate


class LinkKind(enum.StrEnum):
    """Recommendation 2003/361/EC, annex, art. 3: linked (control) or partner (25 to 50 %)."""

    LINKED = "liee"
    PARTNER = "partenaire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """One closed accounting year. ``staff`` in annual work units, amounts in euros."""

    year: int
    staff: Maybe[Euros] = UNKNOWN
    turnover: Maybe[Euros] = UNKNOWN
    balance_sheet: Maybe[Euros] = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmLink:
    """A firm linked to, or partner of, another; ``share`` is the holding (0.30 for 30 %)."""

    name: str
    kind: LinkKind
    siren: Maybe[Siren] = UNKNOWN
    share: Maybe[Rate] = UNKNOWN
    public_body: bool = False
    accounts: tuple[Accounts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Establishment:
    """A site of a firm."""

    siret: Maybe[Siret] = UNKNOWN
    commune: Maybe[str] = UNKNOWN
    """INSEE code of the commune."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A firm met during the mission. ``accounts`` are closed years, the latest first."""

    id: str
    name: str
    siren: Maybe[Siren] = UNKNOWN
    establishment: Establishment = Establishment()
    legal_form: Maybe[str] = UNKNOWN
    code_naf: Maybe[str] = UNKNOWN
    trade: str = ""
    created_on: Maybe[date] = UNKNOWN
    accounts: tuple[Accounts, ...] = ()
    links: tuple[FirmLink, ...] = ()
    own_funds: Maybe[Euros] = UNKNOWN
    in_difficulty: Maybe[bool] = UNKNOWN
    up_to_date: Maybe[bool] = UNKNOWN
    """Tax and social duties are met."""
    aid_declared: Maybe[bool] = UNKNOWN
    """The aid listed is all that the firm received over the period that the law looks at; ``False`` as UNKNOWN: it may
    have received more."""
    single_undertaking: str = ""
    """Key of the group under control links (Reg. (EU) 2023/2831, art. 2(2)); the firm's own id when alone."""
    former_names: tuple[str, ...] = ()
    declared: tuple[tuple[str, FactValue], ...] = ()
    """Further facts of the dictionary (``faits.csv``) given about the firm."""
    asked: tuple[tuple[str, Maybe[date]], ...] = ()
    """What the firm was asked and nobody knows: column of the workbook, and since when. The value itself is UNKNOWN, as
    one that was not asked yet is: the law makes no difference, those who ask do. It counts no more once the value is
    known. See docs/adr/0044."""

    @property
    def undertaking(self) -> str:
        """The key under which de minimis aid is counted."""
        return self.single_undertaking or self.id
