"""What would leave: the ways out that the study proposes and nobody sent yet, as their organisations would be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.facts import UNKNOWN, Maybe
from rebond.facts.followed import open_between
from rebond.units import format_euros
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.disclosure.disclosed import Named, names_for
from rebond.web.missions.models import Mission
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.referrals.discretion import tells
from rebond.web.referrals.gestures import Sending, known_of
from rebond.web.referrals.reading import ANSWER_AWAITED, dispositif_title
from rebond.web.referrals.recipients import recipients
from rebond.web.studies.models import PlanLine, Referral


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One project for one organisation: what would leave, under which name, and what stands in the way."""

    project: Project
    organisation: str
    named: Named
    dispositifs: tuple[str, ...]
    asked: Maybe[Decimal]
    why: str
    proposed: bool
    delicate: bool
    """Sent for prevention of difficulty: the firm is asked first."""
    held: str = ""
    """What is open already between the two."""

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.project.ref}|{self.organisation}"

    @property
    def titles(self) -> tuple[str, ...]:
        """The dispositifs in words."""
        return tuple(map(dispositif_title, self.dispositifs))

    @property
    def amount(self) -> str:
        """What is asked, as the organisation would be told it."""
        return "" if self.asked is UNKNOWN else self.named.amount(self.asked)

    def sending(self, answer_by: date, words: str) -> Sending:
        """It, to be sent."""
        return Sending(
            project=self.project.ref,
            organisation=self.organisation,
            answer_by=answer_by,
            dispositifs=self.dispositifs,
            asked=self.asked,
            why=self.why,
            expected=ANSWER_AWAITED,
            words=words,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An organisation, what would leave for it, and to whom."""

    code: str
    name: str
    rows: tuple[Outgoing, ...]
    addresses: tuple[str, ...]

    @property
    def veiled(self) -> int:
        """How many would leave under a code name."""
        return sum(not row.named.named for row in self.rows)

    @property
    def sendable(self) -> int:
        """How many may leave."""
        return sum(not row.held for row in self.rows)


def desks(mission: Mission, *, organisation: str = "", project: str = "") -> list[Desk]:
    """What would leave for each organisation: of one, of one project, or of one for the other, proposed or not."""
    proposals = Referral.objects.found_by(mission.current_study).select_related("project__firm", "project__mission")
    if organisation:
        proposals = proposals.filter(organisation=organisation)
    if project:
        proposals = proposals.filter(project__ref=project)
    rows: list[tuple[Project, str, Referral | None]] = [
        (row.project, row.organisation, row) for row in proposals if _known(row.organisation)
    ]
    if organisation and project and not rows and _known(organisation):
        found = Project.objects.of(mission).select_related("firm", "mission").filter(ref=project).first()
        rows = [(found, organisation, None)] if found else []
    amounts = _amounts(mission, {each.pk for each, _, _ in rows})
    known = known_of(mission)
    numbers = dict(Organisation.objects.filter(code__isnull=False).values_list("code", "pk"))
    grouped: dict[str, list[tuple[Project, Referral | None]]] = {}
    for each, code, proposal in rows:
        grouped.setdefault(code, []).append((each, proposal))
    found_desks = []
    for code, pairs in grouped.items():
        names = names_for(mission, numbers.get(code), [each for each, _ in pairs], sending=True)
        outgoing = []
        for each, row in pairs:
            mine = amounts.get(each.pk, {})
            dispositifs = tuple(item["id"] for item in row.dispositifs) if row else _desk_of(code, mine)
            asked, told = _asked(mine, dispositifs)
            held = open_between(known, each.ref, code)
            outgoing.append(
                Outgoing(
                    project=each,
                    organisation=code,
                    named=names[each.pk],
                    dispositifs=dispositifs,
                    asked=asked,
                    why=told or (row.reason if row and row.kind != Referral.Kind.DIFFICULTY else ""),
                    proposed=row is not None,
                    delicate=row is not None and row.kind == Referral.Kind.DIFFICULTY,
                    held=f"{held.sent.id}, « {held.state.label} »" if held else "",
                )
            )
        # Never in the order of references, which follows that of firms: numbers are given in this order.
        outgoing.sort(key=lambda each: each.named.key)
        found_desks.append(
            Desk(
                code=code,
                name=organisation_name(code),
                rows=tuple(outgoing),
                addresses=tuple(recipients(mission, code)),
            )
        )
    return sorted(found_desks, key=lambda each: each.name.casefold())


def gives_away(words: str, rows: Iterable[Outgoing]) -> list[str]:
    """The code names of the projects whose firm, or title, a message would name before the firm agreed."""
    return [row.named.name for row in rows if not row.named.named and tells(words, row.project)]


def _known(code: str) -> bool:
    return code in current_catalogue().organisations


def _amounts(mission: Mission, projects: Collection[int]) -> dict[int, dict[str, Decimal]]:
    """Project → what its plan asks under each dispositif; one query."""
    lines = PlanLine.objects.found_by(mission.current_study).filter(finding__project__in=projects)
    found: dict[int, dict[str, Decimal]] = {}
    for project, dispositif, amount in lines.order_by().values_list("finding__project", "dispositif", "amount"):
        mine = found.setdefault(project, {})
        mine[dispositif] = mine.get(dispositif, Decimal(0)) + amount
    return found


def _desk_of(code: str, amounts: Mapping[str, Decimal]) -> tuple[str, ...]:
    """The dispositifs of a plan that an organisation examines or pays."""
    known = current_catalogue().dispositifs
    return tuple(each for each in amounts if each in known and code in (known[each].instructor, known[each].funder))


def _asked(amounts: Mapping[str, Decimal], dispositifs: Sequence[str]) -> tuple[Maybe[Decimal], str]:
    """What is asked in all, and by dispositif in words: a loan and a grant are never one total."""
    known = current_catalogue().dispositifs
    mine = {each: amounts[each] for each in dispositifs if each in amounts}
    natures = {known[each].instrument for each in mine if each in known}
    total: Maybe[Decimal] = sum(mine.values(), Decimal(0)) if mine and len(natures) == 1 else UNKNOWN
    return total, " ; ".join(f"{dispositif_title(each)} : {format_euros(amount)}" for each, amount in mine.items())
