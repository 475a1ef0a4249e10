"""The sheet of a project in parts with their own addresses: what all parts share, and the head on top of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from rebond.web.missions.access import TEAM, page, role_in
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.regrouping.lineage import raise_what_it_became
from rebond.web.studies.models import Referral

PARTS = (
    ("resume", "Résumé", "projects:sheet"),
    ("faits", "Faits", "projects:facts"),
    ("couts", "Coûts", "projects:costs"),
    ("plan", "Plan", "financing:plan"),
    ("dispositifs", "Dispositifs", "projects:dispositifs"),
    ("connu", "Connu\u202f?", "projects:known"),
    ("suivi", "Suivi", "projects:follow_up"),
    ("fichiers", "Fichiers", "files:project"),
    ("historique", "Historique", "projects:history"),
)
"""Name, label and view of each part, in order. The name is the anchor that the whole sheet once had for it."""
FILES = "fichiers"
"""For those who work on the whole mission."""
OLD_ANCHORS = {"faits": ("identite", "maturite"), "suivi": ("suite", "appel")}
"""Part → the other anchors of the whole sheet that it holds now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the sheet, as its tab shows it."""

    name: str
    label: str
    url: str
    current: bool
    old_anchors: tuple[str, ...]


def studied_project(request: HttpRequest, mission: Mission, ref: str) -> Project:
    """A project of the mission with what its study found; 404 when the person may not read it."""
    rows = Project.objects.visible_to(request.user).of(mission).with_finding(mission.current_study, record=True)
    rows = rows.select_related("firm", "mission", "committee_decision").prefetch_related("costs")
    found = rows.filter(ref=ref).first()
    if found is None:
        raise_what_it_became(request.user, mission, "projet", ref)
        raise Http404
    return found


def head(request: HttpRequest, mission: Mission, project: Project, part: str) -> dict[str, object]:
    """What the head of every part shows: the project, what is proposed or decided, its next step, the tabs."""
    decision = getattr(project, "committee_decision", None)
    referrals = list(
        Referral.objects.visible_to(request.user)
        .found_by(mission.current_study)
        .filter(project=project)
        .order_by("due_on", "position")
    )
    return {
        "project": project,
        "finding": project.finding,
        "decided": decision if decision is not None and decision.withdrawn_at is None else None,
        "declared_cost": sum((cost.amount for cost in project.costs.all()), Decimal(0)),
        "referrals": referrals,
        "next_step": referrals[0] if referrals else None,
        "next_step_late": bool(referrals) and referrals[0].due_on < timezone.localdate(),
        "parts": [
            Part(
                name=name,
                label=label,
                url=reverse(view, args=[mission.slug, project.ref]),
                current=name == part,
                old_anchors=OLD_ANCHORS.get(name, ()),
            )
            for name, label, view in PARTS
            if name != FILES or role_in(mission) in TEAM
        ],
    }


def sheet_page(
    request: HttpRequest, mission: Mission, project: Project, part: str, template: str, shown: Mapping[str, object]
) -> HttpResponse:
    """A part of the sheet under its head."""
    return page(request, mission, template, "projects", {**head(request, mission, project, part), **shown})
