"""A partner's line beside a firm or a project: what is left to decide, and what agrees in each pair."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q

from rebond.linkage import Link, Outcome, Queue, queue_of
from rebond.linkage.amounts import apart
from rebond.units import format_euros, format_rate
from rebond.web.financing.study import current_rulebook
from rebond.web.firms.models import Firm
from rebond.web.linkage.facts import link_decisions_of
from rebond.web.missions.models import Mission
from rebond.web.projects.models import PartnerEntry, Project
from rebond.web.search_text import plain
from rebond.web.studies.models import FirmFinding, KnownLink, ProjectFinding

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One thing that the partner wrote, beside what the mission knows."""

    label: str
    theirs: str
    ours: str
    verdict: str
    """« Concorde », « Diffère »… ; empty when the two are not to be compared."""

    @property
    def agrees(self) -> bool:
        """Whether the two say the same."""
        return self.verdict == "Concorde"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A link with the rows that it is about."""

    link: Link
    entry: PartnerEntry
    firm: Firm
    project: Project | None

    @property
    def alike(self) -> str:
        """Its score in words: it orders the queue, it is no probability."""
        return current_rulebook().linkage.likeness(self.link.score)

    @property
    def noun(self) -> str:
        """What is asked about."""
        return "projet" if self.project else "entreprise"

    @property
    def key(self) -> dict[str, str]:
        """The fields that name it in a form and an address."""
        return {
            "ligne": self.entry.ref,
            "entreprise": self.firm.ref,
            "projet": self.project.ref if self.project else "",
        }

    @property
    def rows(self) -> list[Compared]:
        """What agrees and what does not, thing by thing."""
        return _compared(self.entry, self.firm, self.project)


def queue_for(user: User | AnonymousUser, mission: Mission) -> Queue:
    """What is left to decide on the current study; four queries."""
    study = mission.current_study
    projects_of: dict[str, list[str]] = defaultdict(list)
    for ref in _refs(FirmFinding.objects.visible_to(user).found_by(study), "firm"):
        projects_of[ref] = []
    projects = ProjectFinding.objects.visible_to(user).found_by(study).filter(project__withdrawn_at=None)
    for firm, project in projects.order_by("project__ref").values_list("project__firm__ref", "project__ref"):
        projects_of[firm].append(project)
    links = links_of(user, mission)
    return queue_of(
        [link for link in links if not link.project_id],
        [link for link in links if link.project_id],
        link_decisions_of(mission),
        projects_of,
    )


def links_of(user: User | AnonymousUser, mission: Mission) -> list[Link]:
    """The links of the current study whose rows are still there."""
    rows = KnownLink.objects.visible_to(user).found_by(mission.current_study)
    rows = rows.filter(Q(project=None) | Q(project__withdrawn_at=None), entry__withdrawn_at=None)
    told = rows.filter(firm__withdrawn_at=None).values_list(
        "entry__ref", "entry__partner", "firm__ref", "project__ref", "outcome", "score", "reasons", "decided"
    )
    return [
        Link(
            entry_id=entry,
            partner=partner,
            firm_id=firm,
            project_id=project or "",
            outcome=Outcome(outcome),
            score=score,
            reasons=tuple(reasons),
            decided=decided,
        )
        for entry, partner, firm, project, outcome, score, reasons, decided in told
    ]


def pair_of(user: User | AnonymousUser, mission: Mission, link: Link) -> Pair | None:
    """The rows of a link; ``None`` when one of them is not there."""
    study = mission.current_study
    entry = PartnerEntry.objects.visible_to(user).of(mission).filter(ref=link.entry_id).first()
    firm = (
        Firm.objects.visible_to(user)
        .of(mission)
        .select_related("establishment", "mission")
        .filter(ref=link.firm_id)
        .first()
    )
    project = None
    if link.project_id:
        projects = Project.objects.visible_to(user).of(mission).with_finding(study).select_related("mission")
        project = projects.filter(ref=link.project_id, firm__ref=link.firm_id).first()
    if entry is None or firm is None or (link.project_id and project is None):
        return None
    return Pair(link=link, entry=entry, firm=firm, project=project)


def _refs(rows: object, noun: str) -> list[str]:
    found = rows.filter(**{f"{noun}__withdrawn_at": None})  # type: ignore[attr-defined]  # a queryset of findings
    return list(found.order_by(f"{noun}__ref").values_list(f"{noun}__ref", flat=True))


def _compared(entry: PartnerEntry, firm: Firm, project: Project | None) -> list[Compared]:
    seat = firm.establishment.commune if hasattr(firm, "establishment") else ""
    place = project.commune if project and project.commune else seat
    rows = [
        _text("Entreprise", entry.firm_name, firm.name),
        _text("SIREN", entry.siren or "", firm.siren or "", other="Diffère"),
        _text("Commune", entry.commune, place),
    ]
    if project:
        cost = project.finding.cost if project.finding else None
        rows += [
            _text("Projet", entry.project_title, project.title, other="Autre intitulé"),
            _amounts(entry, cost),
            Compared(
                label="Date",
                theirs=f"{entry.dated:%d/%m/%Y}" if entry.dated else "",
                ours=f"début {project.starts_on:%d/%m/%Y}" if project.starts_on else "",
                verdict="",
            ),
        ]
    elif entry.project_title or entry.amount is not None:
        amount = "" if entry.amount is None else format_euros(entry.amount)
        rows += [
            Compared(label="Projet", theirs=entry.project_title, ours="", verdict=""),
            Compared(label="Montant", theirs=amount, ours="", verdict=""),
        ]
    return rows


def _bare(text: str) -> list[str]:
    """The words of a text, whatever stands between them."""
    return re.findall(r"\w+", plain(text))


def _text(label: str, theirs: str, ours: str, *, other: str = "Écrit autrement") -> Compared:
    if not theirs or not ours:
        verdict = ""
    elif _bare(theirs) == _bare(ours):
        verdict = "Concorde"
    else:
        verdict = other
    return Compared(label=label, theirs=theirs, ours=ours, verdict=verdict)


def _amounts(entry: PartnerEntry, cost: Decimal | None) -> Compared:
    kind = {"cout": " (coût)", "aide": " (aide)"}.get(entry.amount_is or "", "")
    theirs = "" if entry.amount is None else f"{format_euros(entry.amount)}{kind}"
    ours = "" if cost is None else f"{format_euros(cost)} (coût)"
    verdict = ""
    if entry.amount and cost and entry.amount_is != "aide":
        if apart(entry.amount, cost) <= current_rulebook().linkage.projects.close_amount:
            verdict = "Concorde"
        else:
            share = format_rate((entry.amount / cost).quantize(Decimal("0.01")))
            verdict = f"{share} du coût"
    return Compared(label="Montant", theirs=theirs, ours=ours, verdict=verdict)
