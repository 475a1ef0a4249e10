"""The sheet of a firm."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse

from rebond.web.firms.models import Accounts, AidObtained, Firm
from rebond.web.interviews.models import Interview
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.regrouping.lineage import lineage_of, raise_what_it_became
from rebond.web.studies.models import FirmFinding
from rebond.web.studies.records import StoredAward


@dataclass(frozen=True, slots=True, kw_only=True)
class Awarded:
    """What a referral brought to a project of the firm, or of one that counts as one with it."""

    project: Project
    award: StoredAward
    counted: bool
    """Whether it takes its part of the de minimis account."""


@of_mission
def firm_sheet(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """A firm: size with its steps, group, de minimis account, interviews, projects."""
    user = request.user
    study = mission.current_study
    firms = Firm.objects.visible_to(user).of(mission).with_finding(study)
    firm = firms.select_related("establishment", "mission").filter(ref=ref).first()
    if firm is None:
        raise_what_it_became(user, mission, "entreprise", ref)
        raise Http404
    counted = set(firm.finding.de_minimis_aids) if firm.finding else set()
    accounts = Accounts.objects.visible_to(user).filter(firm=firm)
    aids = (
        AidObtained.objects.visible_to(user)
        .of(mission)
        .filter(_of_undertaking(firm.undertaking))
        .select_related("firm")
    )
    kin = Project.objects.visible_to(user).of(mission).filter(_of_undertaking(firm.undertaking))
    works = list(kin.with_finding(study, record=True).select_related("firm"))
    awards = [
        Awarded(project=project, award=award, counted=f"{award.referral}:{award.dispositif}" in counted)
        for project in works
        for award in (project.finding.found.awards if project.finding else ())
    ]
    return page(
        request,
        mission,
        "firms/sheet.html",
        "firms",
        {
            "firm": firm,
            "accounts": [row for row in accounts if row.link_id is None],
            "links": firm.links.prefetch_related("accounts"),
            "entries": [aid for aid in aids if aid.ref in counted],
            "awards": [each for each in awards if each.counted],
            "other_awards": [each for each in awards if not each.counted and each.project.firm_id == firm.pk],
            "other_aids": [aid for aid in aids if aid.ref not in counted and aid.firm_id == firm.pk],
            "interviews": Interview.objects.visible_to(user).filter(firm=firm).prefetch_related("needs"),
            "projects": [project for project in works if project.firm_id == firm.pk],
            "lineage": lineage_of(user, mission, "entreprise", ref),
            "gauge": _gauge(firm.finding) if firm.finding else "",
        },
    )


def _of_undertaking(key: str) -> Q:
    """Rows of the firms that count as one: a firm alone is named by its reference."""
    return Q(firm__single_undertaking=key) | Q(firm__single_undertaking="", firm__ref=key)


def _gauge(finding: FirmFinding) -> str:
    """Width of the account's bar, as an SVG percentage."""
    if not finding.de_minimis_ceiling:
        return "0%"
    return f"{min(100, round(100 * finding.de_minimis_used / finding.de_minimis_ceiling, 1))}%"
