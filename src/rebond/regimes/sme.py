"""EU size class of a firm, its group included (Recommendation 2003/361/EC; thresholds in ``taille_ue.yaml``).

Every rule here grows with the figures: more staff, turnover, balance sheet or holding never makes a firm
smaller. So the class is settled when it is the same with every unknown figure at its least and at its most.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from rebond.data.yamlfile import YamlFile, read_yaml, schema_faults
from rebond.eligibility.truth import Truth
from rebond.errors import CatalogueError, Fault
from rebond.facts import UNKNOWN, Accounts, Firm, FirmLink, LinkKind, Maybe
from rebond.units import Euros, Rate, format_euros, format_number, format_rate, parse_euros, parse_rate

__all__ = ["Ceiling", "SizeClass", "SizeResult", "SizeThresholds", "load_thresholds", "size_class"]

ZERO: Final = Decimal(0)
ENDLESS: Final = Decimal("Infinity")
"""Stands for « however large » in the largest completion; never shown, never returned."""
MAX_QUESTIONS: Final = 8
"""Above this number of unknown figures, all are asked for: sorting them out costs 2^n evaluations."""


class SizeClass(enum.StrEnum):
    """From the smallest to the largest; ``ETI`` and ``LARGE`` are one and the same for State aid."""

    MICRO = "micro"
    SMALL = "petite"
    MEDIUM = "moyenne"
    ETI = "eti"
    LARGE = "grande"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return _LABELS[self]


_LABELS = {
    SizeClass.MICRO: "microentreprise",
    SizeClass.SMALL: "petite entreprise",
    SizeClass.MEDIUM: "entreprise moyenne",
    SizeClass.ETI: "entreprise de taille intermédiaire",
    SizeClass.LARGE: "grande entreprise",
}
_ORDER = tuple(SizeClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Staff strictly below ``staff_below``, and turnover or balance sheet at most the amounts."""

    code: str
    staff_below: Decimal
    turnover_max: Euros
    balance_max: Euros
    article: str
    source: str
    verified: bool
    valid_from: date
    label: str = ""

    def is_exceeded(self, figures: Figures) -> bool:
        """Staff over, or both financial ceilings over: one of the two may be passed (annex, art. 2)."""
        both = figures.turnover > self.turnover_max and figures.balance_sheet > self.balance_max
        return figures.staff >= self.staff_below or both


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """A share from which a rule of the annex applies."""

    value: Rate
    article: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeThresholds:
    """Content of ``taille_ue.yaml``."""

    classes: tuple[Ceiling, ...]
    """Micro, small, medium: each contains the one before."""
    eti: Ceiling
    small_mid_caps: tuple[Ceiling, ...]
    partner_from: GroupRule
    partner_to: GroupRule
    public_from: GroupRule
    consecutive_years: int
    years_article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Consolidated figures of one year in one completion of the unknowns."""

    staff: Decimal
    turnover: Euros
    balance_sheet: Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeResult:
    """The class, or UNKNOWN between ``low`` and ``high``; how it was found, in French."""

    size: Maybe[SizeClass]
    low: SizeClass
    high: SizeClass
    sme: Truth
    """Whether the firm is an SME: often settled while the class is not."""
    small_mid_cap: Mapping[str, Truth]
    """By definition in force (``rgec``, ``recommandation-2025``)."""
    consolidated_staff: Maybe[Decimal]
    consolidated_turnover: Maybe[Euros]
    consolidated_balance: Maybe[Euros]
    year: Maybe[int]
    steps: tuple[str, ...]
    missing: tuple[str, ...]
    """Figures that would settle the class, in French; empty when it is settled."""
    unverified: tuple[str, ...] = ()
    """Figures of the law that the result rests on and that were not read in a source."""


def size_class(firm: Firm, *, thresholds: SizeThresholds, on: date) -> SizeResult:
    """Size of a firm and its group at a date (Recommendation 2003/361/EC, annex, art. 2 to 6).

    Linked firms count whole, partners pro rata of the holding; partners of partners are not looked for.
    The status changes after two consecutive closed years on the other side of a ceiling (art. 4(2)); it
    starts from the first year of which the whole group's accounts were given. 25 % held by public bodies:
    never an SME (art. 3(4)). Unknown figures leave the class UNKNOWN unless every way of filling them agrees.
    """
    group = _group(firm, thresholds, on)
    low, high = _status(group, thresholds, _LEAST), _status(group, thresholds, _MOST)
    settled = low == high
    return SizeResult(
        size=low if settled else UNKNOWN,
        low=low,
        high=high,
        sme=_between(_is_sme(low), _is_sme(high)),
        small_mid_cap={rule.code: _small_mid_cap(group, thresholds, rule) for rule in _in_force(thresholds, on)},
        consolidated_staff=_known(group, "staff"),
        consolidated_turnover=_known(group, "turnover"),
        consolidated_balance=_known(group, "balance_sheet"),
        year=group.years[0] if group.has_accounts else UNKNOWN,
        steps=tuple(_explain(group, thresholds, low, high)),
        missing=() if settled else _questions(group, thresholds),
        unverified=_unverified(group, thresholds, high, on),
    )


# ------------------------------------------------------------------- the group


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """A firm of the group with its weight (a range when the holding is unknown) and its accounts by year."""

    name: str
    least_weight: Rate
    most_weight: Rate
    accounts: Mapping[int, Accounts]
    role: str = ""
    share_unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    firm: Firm
    members: tuple[_Member, ...]
    years: tuple[int, ...]
    """Consecutive closed years taken into account, the latest first."""
    has_accounts: bool
    public_share: Rate
    remarks: tuple[str, ...]


def _group(firm: Firm, thresholds: SizeThresholds, on: date) -> _Group:
    closed = {accounts.year: accounts for accounts in firm.accounts if accounts.year <= on.year}
    latest = max(closed, default=on.year - 1)
    members = [_Member(name=firm.name, least_weight=Rate(1), most_weight=Rate(1), accounts=closed)]
    remarks: list[str] = []
    if len(closed) < len(firm.accounts):
        remarks.append(f"Les exercices postérieurs à {on.year} ne sont pas pris en compte.")
    for link in firm.links:
        member, remark = _member(link, thresholds, latest)
        remarks.append(remark)
        if member is not None:
            members.append(member)
    years = [latest]
    while all(years[-1] - 1 in member.accounts for member in members):
        years.append(years[-1] - 1)
    return _Group(
        firm=firm,
        members=tuple(members),
        years=tuple(years),
        has_accounts=bool(closed),
        public_share=_public_share(firm.links, thresholds),
        remarks=tuple(remarks),
    )


def _member(link: FirmLink, thresholds: SizeThresholds, latest: int) -> tuple[_Member | None, str]:
    """A link as a member of the group and its sentence; ``None`` when its figures do not count."""
    if link.public_body:
        return None, f"{link.name} est un organisme public : ses propres chiffres ne s'ajoutent pas."
    accounts = {year.year: year for year in link.accounts if year.year <= latest}
    late = ""
    if latest not in accounts and latest - 1 in accounts:
        # Art. 4(1): the latest closed accounts of each firm.
        accounts[latest] = replace(accounts[latest - 1], year=latest)
        late = f" Ses derniers comptes clos sont ceux de {latest - 1}."
    if link.kind is LinkKind.LINKED:
        member = _Member(
            name=link.name,
            least_weight=Rate(1),
            most_weight=Rate(1),
            accounts=accounts,
            role="entreprise liée",
        )
        return member, f"{link.name} est une entreprise liée : comptée à 100 % (art. 6 §2).{late}"
    least, most = thresholds.partner_from.value, thresholds.partner_to.value
    if link.share is UNKNOWN:
        member = _Member(
            name=link.name,
            least_weight=least,
            most_weight=most,
            accounts=accounts,
            role="entreprise partenaire",
            share_unknown=True,
        )
        text = f"comptée entre {format_rate(least)} et {format_rate(most)}, sa participation n'étant pas connue"
        return member, f"{link.name} est une entreprise partenaire : {text} (art. 6 §2).{late}"
    if link.share < least:
        text = f"{format_rate(link.share)}, moins de {format_rate(least)} : pas une partenaire, non comptée"
        return None, f"{link.name} détient ou est détenue à {text} (art. 3 §2)."
    member = _Member(
        name=link.name,
        least_weight=link.share,
        most_weight=link.share,
        accounts=accounts,
        role="entreprise partenaire",
    )
    doubt = f" Au-delà de {format_rate(most)}, vérifier qu'elle n'est pas liée." if link.share > most else ""
    share = format_rate(link.share)
    return member, f"{link.name} est une entreprise partenaire : comptée à {share} (art. 6 §2).{late}{doubt}"


def _public_share(links: Sequence[FirmLink], thresholds: SizeThresholds) -> Rate:
    """What public bodies hold at least, together: a link of unknown share holds what its kind implies."""
    least = {LinkKind.LINKED: thresholds.partner_to.value, LinkKind.PARTNER: thresholds.partner_from.value}
    held = (least[link.kind] if link.share is UNKNOWN else link.share for link in links if link.public_body)
    return sum(held, Rate(0))


# ----------------------------------------------------------------- completions


@dataclass(frozen=True, slots=True)
class _Completion:
    """A way of filling every unknown: ``raised`` names those put at their most, ``everything`` means all."""

    everything: bool = False
    raised: frozenset[str] = frozenset()

    def amount(self, value: Maybe[Decimal], key: str) -> Decimal:
        if value is not UNKNOWN:
            return value
        return ENDLESS if self.everything or key in self.raised else ZERO

    def weight(self, member: _Member) -> Rate:
        most = self.everything or _share_key(member) in self.raised
        return member.most_weight if most else member.least_weight


_LEAST = _Completion()
_MOST = _Completion(everything=True)


def _share_key(member: _Member) -> str:
    return f"participation de {member.name}"


def _accounts(member: _Member, year: int) -> Accounts:
    return member.accounts.get(year, Accounts(year=year))


_FIGURE_NAMES = {"staff": "effectif", "turnover": "chiffre d'affaires", "balance_sheet": "total de bilan"}


def _figure_key(member: _Member, year: int, figure: str) -> str:
    return f"{_FIGURE_NAMES[figure]} {year} de {member.name}"


def _figures(group: _Group, year: int, completion: _Completion) -> Figures:
    """Consolidated figures of a year (annex, art. 6)."""
    totals = dict.fromkeys(_FIGURE_NAMES, ZERO)
    for member in group.members:
        for figure in totals:
            value = getattr(_accounts(member, year), figure)
            amount = completion.amount(value, _figure_key(member, year, figure))
            totals[figure] += completion.weight(member) * amount
    return Figures(**totals)


def _known(group: _Group, figure: str) -> Maybe[Decimal]:
    year = group.years[0]
    least: Decimal = getattr(_figures(group, year, _LEAST), figure)
    most: Decimal = getattr(_figures(group, year, _MOST), figure)
    return least if least == most else UNKNOWN


def _status(group: _Group, thresholds: SizeThresholds, completion: _Completion) -> SizeClass:
    """The class in one completion: public holding, two-year rule on each ceiling, then ETI or large."""
    by_year = [_figures(group, year, completion) for year in reversed(group.years)]
    if group.public_share < thresholds.public_from.value:
        for ceiling in thresholds.classes:
            if not _is_above(ceiling, by_year, thresholds.consecutive_years):
                return SizeClass(ceiling.code)
    return SizeClass.LARGE if thresholds.eti.is_exceeded(by_year[-1]) else SizeClass.ETI


def _is_above(ceiling: Ceiling, by_year: Sequence[Figures], consecutive: int) -> bool:
    """Status against a ceiling, oldest year first: it turns after ``consecutive`` years across."""
    status = ceiling.is_exceeded(by_year[0])
    streak = 0
    for figures in by_year[1:]:
        streak = streak + 1 if ceiling.is_exceeded(figures) != status else 0
        if streak >= consecutive:
            status, streak = not status, 0
    return status


def _is_sme(size: SizeClass) -> bool:
    return size in {SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM}


def _between(low: bool, high: bool) -> Truth:  # noqa: FBT001 - two ends of a range
    return Truth.of(low) if low == high else Truth.UNKNOWN


def _small_mid_cap(group: _Group, thresholds: SizeThresholds, rule: Ceiling) -> Truth:
    """Not an SME, and under the ceiling on the latest year.

    It does not grow with the figures, so the two parts are judged apart: UNKNOWN may be said where a finer
    search would find NO, never the reverse.
    """
    year = group.years[0]
    low, high = (_is_sme(_status(group, thresholds, completion)) for completion in (_LEAST, _MOST))
    below = [not rule.is_exceeded(_figures(group, year, completion)) for completion in (_LEAST, _MOST)]
    not_sme, under = ~_between(low, high), _between(*below)
    if Truth.NO in {not_sme, under}:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in {not_sme, under} else Truth.YES


def _in_force(thresholds: SizeThresholds, on: date) -> list[Ceiling]:
    return [rule for rule in thresholds.small_mid_caps if rule.valid_from <= on]


def _questions(group: _Group, thresholds: SizeThresholds) -> tuple[str, ...]:
    """Unknown figures that can change the class, the firm's own first."""
    unknown = [_share_key(member) for member in group.members if member.share_unknown]
    unknown += [
        _figure_key(member, year, figure)
        for year in group.years
        for member in group.members
        for figure in _FIGURE_NAMES
        if getattr(_accounts(member, year), figure) is UNKNOWN
    ]
    if len(unknown) > MAX_QUESTIONS:
        return tuple(unknown)
    return tuple(key for key in unknown if _matters(key, unknown, group, thresholds))


def _matters(key: str, unknown: Sequence[str], group: _Group, thresholds: SizeThresholds) -> bool:
    """Whether, in some completion of the others, this figure alone moves the class."""
    others = [other for other in unknown if other != key]
    for mask in range(1 << len(others)):
        raised = frozenset(other for rank, other in enumerate(others) if mask >> rank & 1)
        without = _status(group, thresholds, _Completion(raised=raised))
        if _status(group, thresholds, _Completion(raised=raised | {key})) is not without:
            return True
    return False


# ----------------------------------------------------------------- explanation


def _explain(group: _Group, thresholds: SizeThresholds, low: SizeClass, high: SizeClass) -> list[str]:
    steps = list(group.remarks)
    if len(group.members) > 1:
        steps.append("Les partenaires des partenaires ne sont pas recherchées ; celles des liées sont à déclarer.")
    elif not group.firm.links:
        steps.append("Aucune entreprise liée ou partenaire n'est déclarée : entreprise autonome (art. 3 §1).")
    steps += [_year_step(group, thresholds, year) for year in reversed(group.years)]
    steps.append(_years_step(group, thresholds))
    if group.public_share >= thresholds.public_from.value:
        share, floor = format_rate(group.public_share), format_rate(thresholds.public_from.value)
        steps.append(
            f"Des organismes publics détiennent au moins {share} : à partir de {floor}, ce n'est pas une PME"
            " (art. 3 §4), sauf investisseurs de l'art. 3 §2, à vérifier."
        )
    steps.append(_conclusion(thresholds, low, high))
    return steps


def _year_step(group: _Group, thresholds: SizeThresholds, year: int) -> str:
    least, most = _figures(group, year, _LEAST), _figures(group, year, _MOST)
    staff = _range(least.staff, most.staff, lambda value: f"{format_number(value, 0 if value % 1 == 0 else 1)} UTA")
    turnover = _range(least.turnover, most.turnover, format_euros)
    balance = _range(least.balance_sheet, most.balance_sheet, format_euros)
    classes = [_of_year(figures, thresholds) for figures in (least, most)]
    found = classes[0].label if classes[0] is classes[1] else f"de {classes[0].label} à {classes[1].label}"
    return f"Exercice {year} : effectif {staff}, chiffre d'affaires {turnover}, bilan {balance} → {found}."


def _range(least: Decimal, most: Decimal, show: Callable[[Decimal], str]) -> str:
    if least == most:
        return show(least)
    if most == ENDLESS:
        return f"inconnu (au moins {show(least)})" if least else "inconnu"
    return f"entre {show(least)} et {show(most)}"


def _of_year(figures: Figures, thresholds: SizeThresholds) -> SizeClass:
    """The class on the figures of one year alone."""
    for ceiling in thresholds.classes:
        if not ceiling.is_exceeded(figures):
            return SizeClass(ceiling.code)
    return SizeClass.LARGE if thresholds.eti.is_exceeded(figures) else SizeClass.ETI


def _years_step(group: _Group, thresholds: SizeThresholds) -> str:
    if not group.has_accounts:
        return "Aucun exercice clos n'est connu."
    if len(group.years) == 1:
        return f"Un seul exercice connu pour tout le groupe ({group.years[0]}) : il fixe la taille."
    return (
        f"{len(group.years)} exercices : la taille de {group.years[-1]} sert de départ et ne change qu'après"
        f" {thresholds.consecutive_years} exercices consécutifs de l'autre côté d'un seuil"
        f" ({thresholds.years_article})."
    )


def _conclusion(thresholds: SizeThresholds, low: SizeClass, high: SizeClass) -> str:
    if low is not high:
        return f"Taille à préciser : de {low.label} à {high.label} selon les chiffres manquants."
    ceiling = next((rule for rule in (*thresholds.classes, thresholds.eti) if rule.code == low.value), None)
    if ceiling is None:
        return f"Taille : {low.label} (au-dessus des seuils de l'ETI, {thresholds.eti.article})."
    limits = (
        f"moins de {format_number(ceiling.staff_below)} UTA et chiffre d'affaires ≤"
        f" {format_euros(ceiling.turnover_max)} ou bilan ≤ {format_euros(ceiling.balance_max)}"
    )
    note = " ; une grande entreprise en droit des aides d'État" if low is SizeClass.ETI else ""
    return f"Taille : {low.label} ({limits}, {ceiling.article}){note}."


def _unverified(group: _Group, thresholds: SizeThresholds, high: SizeClass, on: date) -> tuple[str, ...]:
    used = [rule for rule in thresholds.classes if _ORDER.index(SizeClass(rule.code)) <= _ORDER.index(high)]
    notes = [rule.article for rule in used if not rule.verified]
    if not _is_sme(high):
        above = (thresholds.eti, *_in_force(thresholds, on))
        notes += [rule.article for rule in above if not rule.verified]
    if any(member.share_unknown for member in group.members) and not thresholds.partner_to.verified:
        notes.append(thresholds.partner_to.article)
    if group.public_share and not thresholds.public_from.verified:
        notes.append(thresholds.public_from.article)
    return tuple(dict.fromkeys(notes))


# --------------------------------------------------------------------- reading


def load_thresholds(path: Path) -> SizeThresholds:
    """Read ``taille_ue.yaml``; raises ``CatalogueError`` with every fault of the file."""
    file = read_yaml(path)
    faults = [*file.faults] or schema_faults(file, Draft202012Validator(_SCHEMA))
    if faults:
        raise CatalogueError(faults)
    reader = _Reader(file)
    thresholds = reader.thresholds()
    if reader.faults:
        raise CatalogueError(reader.faults)
    return thresholds


class _Reader:
    """Turns the checked file into values; amounts and order are checked here."""

    def __init__(self, file: YamlFile) -> None:
        self._file = file
        self.faults: list[Fault] = []

    def thresholds(self) -> SizeThresholds:
        data = self._file.data
        classes = tuple(self._ceiling(row, "classes", rank) for rank, row in enumerate(data["classes"]))
        eti = self._ceiling({"code": SizeClass.ETI.value, **data["eti"]}, "eti")
        self._check_order((*classes, eti))
        caps = (self._ceiling(row, "petite_eti", rank) for rank, row in enumerate(data["petite_eti"]))
        years = data["regle_des_exercices"]
        return SizeThresholds(
            classes=classes,
            eti=eti,
            small_mid_caps=tuple(caps),
            partner_from=self._rule("partenaire_a_partir_de"),
            partner_to=self._rule("partenaire_jusqu_a"),
            public_from=self._rule("public_a_partir_de"),
            consecutive_years=years["consecutifs"],
            years_article=years["article"],
        )

    def _ceiling(self, row: Mapping[str, Any], *path: str | int) -> Ceiling:
        return Ceiling(
            code=row["code"],
            staff_below=Decimal(row["effectif_inferieur_a"]),
            turnover_max=self._read(parse_euros, row["chiffre_affaires_max"], *path, "chiffre_affaires_max"),
            balance_max=self._read(parse_euros, row["bilan_max"], *path, "bilan_max"),
            article=row["article"],
            source=row["source"],
            verified=row["verifie"] == "oui",
            valid_from=self._day(row["depuis"], *path, "depuis"),
            label=row.get("libelle", ""),
        )

    def _rule(self, name: str) -> GroupRule:
        row = self._file.data["groupe"][name]
        return GroupRule(
            value=self._read(parse_rate, row["valeur"], "groupe", name, "valeur"),
            article=row["article"],
            source=row["source"],
            verified=row["verifie"] == "oui",
        )

    def _read(self, parse: Callable[[object], Decimal], raw: object, *path: str | int) -> Decimal:
        try:
            return parse(raw)
        except ValueError as error:
            self.faults.append(self._file.fault(path, str(raw), str(error), "écrire par exemple « 10 M€ » ou « 25 % »"))
            return ZERO

    def _day(self, raw: object, *path: str | int) -> date:
        if isinstance(raw, date):
            return raw
        try:
            return date.fromisoformat(str(raw))
        except ValueError:
            self.faults.append(self._file.fault(path, str(raw), "date impossible", "écrire une date AAAA-MM-JJ"))
            return date.min

    def _check_order(self, ceilings: Sequence[Ceiling]) -> None:
        for rank, (small, large) in enumerate(pairwise(ceilings), start=1):
            pairs = [
                (small.staff_below, large.staff_below),
                (small.turnover_max, large.turnover_max),
                (small.balance_max, large.balance_max),
            ]
            if any(below > above for below, above in pairs):
                path = ("classes", rank) if rank < len(ceilings) - 1 else ("eti",)
                problem = f"plafonds inférieurs à ceux de la classe « {small.code} »"
                self.faults.append(
                    self._file.fault(path, large.code, problem, "ordonner : micro, petite, moyenne, eti")
                )


_TEXT = {"type": "string", "minLength": 1}
_YES_NO = {"enum": ["oui", "non"]}
_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "écrire une date AAAA-MM-JJ"}
_SOURCED = {"article": _TEXT, "source": _TEXT, "verifie": _YES_NO}


def _block(properties: Mapping[str, Any], optional: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(properties),
        "required": [key for key in properties if key not in optional],
    }


_LIMITS = {
    "effectif_inferieur_a": {"type": "integer"},
    "chiffre_affaires_max": _TEXT,
    "bilan_max": _TEXT,
    "depuis": _DAY,
    **_SOURCED,
}
_CLASS_ROWS = [
    _block({"code": {"const": size.value}, **_LIMITS}) for size in (SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM)
]
_SCHEMA = _block(
    {
        "schema": {"const": "taille-ue/v1"},
        "classes": {
            "type": "array",
            "prefixItems": _CLASS_ROWS,
            "minItems": len(_CLASS_ROWS),
            "items": False,
        },
        "eti": _block(_LIMITS),
        "petite_eti": {"type": "array", "items": _block({"code": _TEXT, "libelle": _TEXT, **_LIMITS})},
        "groupe": _block(
            {
                name: _block({"valeur": _TEXT, **_SOURCED})
                for name in ("partenaire_a_partir_de", "partenaire_jusqu_a", "public_a_partir_de")
            }
        ),
        "regle_des_exercices": _block({"consecutifs": {"type": "integer", "minimum": 1}, **_SOURCED}),
    }
)
