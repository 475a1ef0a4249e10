"""What is known of a firm, a site, a project and a mission; what is not known is ``UNKNOWN``.

Every value here is frozen. ``UNKNOWN`` is a value like another: it is passed on, never replaced by a default,
and has no truth value (``if UNKNOWN`` raises).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, NewType, TypeAlias, TypeVar

from rebond.units import Euros, Rate

Siren = NewType("Siren", str)
Siret = NewType("Siret", str)
T = TypeVar("T")


class Unknown(enum.Enum):
    """The type of the single value ``UNKNOWN``."""

    UNKNOWN = "inconnu"

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN n'est ni vrai ni faux : comparer avec « is UNKNOWN »")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
Maybe: TypeAlias = T | Unknown
NOTHING: Final = Euros(0)
FactValue: TypeAlias = str | int | Euros | bool | date | frozenset[str] | Unknown


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A need heard in an interview, not yet a project; ``axis`` is a key of the roadmap's axes."""

    axis: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """A meeting with a firm."""

    id: str
    firm_id: str
    held_on: date
    interviewer: str = ""
    needs: tuple[Need, ...] = ()
    minutes: str = ""
    callback_on: Maybe[date] = UNKNOWN
    """The day on which the firm waits to be called back."""
    callback_by: str = ""
    callback_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """A cost item: ``amount`` in euros before recoverable VAT (GBER art. 7), by nature and year."""

    id: str
    nature: str
    amount: Euros
    year: int
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One criterion of the maturity grid, as declared with its proof."""

    criterion: str
    level: Maybe[int]
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunderRequest:
    """What a firm sent to one funder for a project, and when: a letter of intent, an application."""

    funder: str
    """Code of the organisation (``referentiels/organisations.csv``)."""
    letter_on: Maybe[date] = UNKNOWN
    applied_on: Maybe[date] = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessorScore:
    """What the assessors give a project on one criterion of the selection, 0 to 5, and why."""

    criterion: str
    score: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """An investment project as recorded in the census."""

    id: str
    firm_id: str
    title: str
    description: str = ""
    commune: Maybe[str] = UNKNOWN
    kind: Maybe[str] = UNKNOWN
    """Key of ``referentiels/types_projet.csv`` (creation, extension, diversification, procede…)."""
    costs: tuple[CostLine, ...] = ()
    jobs_created: Maybe[int] = UNKNOWN
    jobs_kept: Maybe[int] = UNKNOWN
    starts_on: Maybe[date] = UNKNOWN
    ends_on: Maybe[date] = UNKNOWN
    works_started: Maybe[bool] = UNKNOWN
    """A first irrevocable order was signed, or works began (GBER art. 2(23))."""
    first_order_on: Maybe[date] = UNKNOWN
    applied_on: Maybe[date] = UNKNOWN
    """Date of the letter of intent or application sent to the funders, when it is the same for all."""
    first_order_document: str = ""
    """The order, quote or contract that was signed first."""
    requests: tuple[FunderRequest, ...] = ()
    """Letters and applications, funder by funder: they take the place of ``applied_on`` for these funders."""
    own_financing: Maybe[Euros] = UNKNOWN
    """Own funds and bank loans already secured for the project."""
    borrowing_capacity: Maybe[Euros] = UNKNOWN
    """What the firm can still borrow for the project, beyond the loans already secured."""
    objectives: frozenset[str] = frozenset()
    declared: tuple[tuple[str, FactValue], ...] = ()
    """Further facts of the dictionary (``faits.csv``) given for this project."""
    asked: tuple[tuple[str, Maybe[date]], ...] = ()
    """As for ``Firm``."""
    evidence: tuple[Evidence, ...] = ()
    maturity_override: Maybe[str] = UNKNOWN
    maturity_reason: str = ""
    scores: tuple[AssessorScore, ...] = ()
    """Assessors' scores, one by selection criterion at most."""

    @property
    def total_cost(self) -> Euros:
        """Sum of the cost lines, in euros before recoverable VAT."""
        return sum((line.amount for line in self.costs), Euros(0))

    def place(self, firm: Firm) -> Maybe[str]:
        """INSEE code of the commune of the works: the project's own, else that of its firm's site."""
        return firm.establishment.commune if self.commune is UNKNOWN else self.commune


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """An amount that is only published between two bounds, in euros; ``most`` is UNKNOWN for « plus de 30 M€ »."""

    least: Euros
    most: Maybe[Euros] = UNKNOWN


STUDY, FEASIBILITY_DONE = "etude_energie", "etude_faisabilite"
"""The nature of the costs of studies (``natures.csv``), and the fact that the feasibility study is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AidObtained:
    """An aid that a firm already has; ``amount`` is its gross grant equivalent in euros, exact, banded or UNKNOWN."""

    id: str
    firm_id: str
    funder: str
    label: str
    regime: str
    granted_on: date
    amount: Maybe[Euros | Band]
    recovered: Euros = NOTHING
    """What the funder cancelled or recovered of it (not the instalments of a loan): it no longer counts."""
    project_id: str = ""
    """Empty when the aid is not for a project of this mission."""
    nature: str = ""
    """Nature of the cost lines it pays, when known."""

    def pays(self, project: Project) -> bool:
        """Whether it may pay costs of that project: linked to it, and not the aid of a study that is over.

        What was granted for a feasibility study that is done before the project starts paid that study: it pays no
        works, whatever their nature.
        """
        over = (
            self.nature == STUDY
            and dict(project.declared).get(FEASIBILITY_DONE) is True
            and project.starts_on is not UNKNOWN
            and self.granted_on < project.starts_on
        )
        return self.project_id == project.id and not over

    @property
    def at_most(self) -> Maybe[Euros]:
        """The most that the aid may be worth, less what was recovered: what a cautious reader counts."""
        most = self.amount.most if isinstance(self.amount, Band) else self.amount
        return UNKNOWN if most is UNKNOWN else max(NOTHING, most - self.recovered)

    @property
    def at_least(self) -> Euros:
        """The least that it is surely worth, less what was recovered; 0 when nobody knows."""
        if self.amount is UNKNOWN:
            return NOTHING
        least = self.amount.least if isinstance(self.amount, Band) else self.amount
        return max(NOTHING, least - self.recovered)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerEntry:
    """A line of a partner's own list: a firm or project that it already knows, written as it writes it."""

    id: str
    partner: str
    firm_name: str
    siren: Maybe[Siren] = UNKNOWN
    commune: str = ""
    project_title: str = ""
    amount: Maybe[Euros] = UNKNOWN
    dated: Maybe[date] = UNKNOWN
    amount_is: Maybe[str] = UNKNOWN
    """What the amount is: ``cout`` (the cost of the project) or ``aide`` (what the partner gives)."""
    siret: Maybe[Siret] = UNKNOWN
    """Of the establishment, when the list gives its fourteen digits; ``siren`` is then its first nine."""
    source: str = ""
    """File and line that the entry comes from, for people; empty when it was typed in the workbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one contributor puts into the envelope, in euros."""

    contributor: str
    amount: Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The call's envelope and its rules; every rule is a setting of the mission, none is assumed."""

    contributions: tuple[Contribution, ...]
    max_rate: Maybe[Rate] = UNKNOWN
    max_per_project: Maybe[Euros] = UNKNOWN
    min_spend: Maybe[Euros] = UNKNOWN
    min_aid: Maybe[Euros] = UNKNOWN
    """The least that a project gets of it; UNKNOWN: what makes a file worth its trouble (``dossier_utile``)."""
    grant_share: Maybe[Rate] = UNKNOWN
    max_months: Maybe[int] = UNKNOWN
    operator: str = "bpifrance"

    @property
    def amount(self) -> Euros:
        """What the call can spend in all."""
        return sum((part.amount for part in self.contributions), Euros(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneAssumption:
    """A zone that a mission sets for its communes while the official list is not at hand; always shown as such."""

    zone: str
    value: str
    source: str
    communes: frozenset[str] = frozenset()
    """Empty: every commune of the territory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionSettings:
    """What a mission is: where, when, with which envelope and which assumptions."""

    name: str
    territory: str
    territory_article: Maybe[str] = UNKNOWN
    """``le``, ``la``, ``les``, ``l'`` or ``aucun``: how the territory is named in a sentence."""
    epcis: tuple[str, ...]
    committee_on: date
    envelope: Envelope
    zone_assumptions: tuple[ZoneAssumption, ...] = ()
    weights: tuple[tuple[str, Decimal], ...] = ()
    """Criterion of the call → its relative weight; empty: those of the grid (``referentiels/selection.yaml``)."""
    fictitious: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Someone's answer « oui, c'est exact » to questions of plausibility about one row.

    ``marks`` name the questions and the values that they were asked of: another value is another question.
    """

    kind: str
    """What the row is: a value of ``rebond.plausibility.SubjectKind``."""
    subject: str
    """Identifier of the row."""
    marks: tuple[str, ...]
    by: str
    on: date


class DecisionOutcome(enum.StrEnum):
    """What a committee can say of a project."""

    RETAINED = "retenu"
    REFUSED = "refuse"
    POSTPONED = "reporte"
    RESERVE = "reserve"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "retenu": "Retenu",
            "refuse": "Refusé",
            "reporte": "Reporté",
            "reserve": "Sur la liste de réserve",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeDecision:
    """What the committee settled for a project: a study takes note of it, and never writes it."""

    project_id: str
    outcome: DecisionOutcome
    amount: Maybe[Euros] = UNKNOWN
    """What it grants on the envelope, in euros; only for a project that is retained."""
    decided_on: Maybe[date] = UNKNOWN
    reason: str = ""
    by: str = ""


class LinkAnswer(enum.StrEnum):
    """What a person says of a partner's line and a firm, or one of its projects."""

    SAME = "meme"
    DIFFERENT = "autre"
    UNDECIDED = "indecis"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {"meme": "C’est le même", "autre": "Ce n’est pas le même", "indecis": "On ne peut pas dire"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDecision:
    """What a person settled about a partner's line: a study obeys it and never writes it.

    It outlives the rows that it names: a line that comes back is decided already.
    """

    entry_id: str
    firm_id: str
    project_id: str = ""
    """Empty: the decision is about the firm alone."""
    answer: LinkAnswer
    by: str = ""
    on: Maybe[date] = UNKNOWN
    reason: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """What it is about, project or firm, and the partner's line."""
        return self.project_id or self.firm_id, self.entry_id


class DescentAct(enum.StrEnum):
    """How a row came from another."""

    SPLIT = "scission"
    MERGED = "fusion"
    FIRMS_MERGED = "fusion_entreprises"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "scission": "Projet scindé",
            "fusion": "Projets réunis",
            "fusion_entreprises": "Entreprises réunies",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """That a project or a firm came from another: part of it, split off, or the two put together.

    Both are named, not pointed at: what was merged into another is no longer in the census.
    """

    act: DescentAct
    origin: str
    became: str
    on: Maybe[date] = UNKNOWN
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Everything that a mission recorded: the input of ``rebond.mission.run_mission``."""

    settings: MissionSettings
    firms: tuple[Firm, ...]
    interviews: tuple[Interview, ...]
    projects: tuple[Project, ...]
    aids: tuple[AidObtained, ...] = ()
    partner_entries: tuple[PartnerEntry, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    """Answers to questions of plausibility, with who and when."""
    decisions: tuple[CommitteeDecision, ...] = ()
    """What the committee settled, at most one for a project; empty as long as nothing is recorded."""
    link_decisions: tuple[LinkDecision, ...] = ()
    """What people settled about partners' lines, at most one for a line with a firm or a project."""
    lineage: tuple[Descent, ...] = ()
    """Which projects and firms came from which others, at most once by the same act."""
    repairs: tuple[str, ...] = field(default=())
    """What was repaired while reading, in French."""

    def firm(self, firm_id: str) -> Firm:
        """The firm of that id; ``KeyError`` when there is none."""
        for firm in self.firms:
            if firm.id == firm_id:
                return firm
        raise KeyError(firm_id)
