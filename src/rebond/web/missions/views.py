"""The list of missions and the figures of one."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from rebond.indicators.model import NOT_GIVEN
from rebond.indicators.readings import code_of
from rebond.regimes.readings import Reading, tells_an_end
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.studies.models import Figure, Indicator, ProjectFinding

READING_KEYS = ("ferme_eur", "possible_eur", "apres_fin_eur", "dossiers")
"""Figures of each reading of the law, in the order of the table."""
HEADLINES = (
    "entreprises_rencontrees",
    "projets_recenses",
    "part_projets_inconnus",
    "investissement_eur",
    "emplois_crees",
    "projets_proposes",
    "enveloppe_proposee_eur",
    "projets_sans_suite",
)
"""Figures of « Synthèse », in order."""
_DECIDED = {"projets_proposes": "projets_retenus", "enveloppe_proposee_eur": "enveloppe_engagee_eur"}
LEVELS = (
    "soutien_ferme_eur",
    "soutien_sous_conditions_eur",
    "soutien_droit_non_relu_eur",
    "soutien_projets_non_murs_eur",
)
"""The parts of the useful support, the surest first: they are shown with their sum, never one without the other."""


def start(request: HttpRequest) -> HttpResponse:
    """The only mission of a person, or the list to choose from."""
    missions = list(Mission.objects.visible_to(request.user).current()[:2])
    return redirect(missions[0]) if len(missions) == 1 else redirect("missions:list")


def mission_list(request: HttpRequest) -> HttpResponse:
    """The missions that a person takes part in; ``?archives`` for those that are only read."""
    archived = "archives" in request.GET
    mine = Mission.objects.visible_to(request.user)
    context = {
        "missions": mine.archived() if archived else mine.current(),
        "archived": archived,
        "archives": mine.archived().count(),
    }
    return render(request, "missions/list.html", context)


def _readings(indicators: Mapping[str, Indicator]) -> list[tuple[str, list[Indicator]]]:
    """What each reading of the law gives, by its title; nothing when they agree."""
    found = []
    for reading in Reading:
        row = [indicators.get(code_of(reading.value, key)) for key in READING_KEYS]
        known = [each for each in row if each is not None]
        if len(known) == len(READING_KEYS):
            found.append((current_catalogue().readings.title(reading), known))
    return found if len({tuple(each.value for each in row) for _, row in found}) > 1 else []


def _headlines(indicators: Mapping[str, Indicator]) -> list[Indicator]:
    """Those of the page; once the committee decided, what it decided stands in place of what was proposed to it."""
    found = []
    for code in HEADLINES:
        decided = indicators.get(_DECIDED.get(code, ""))
        row = decided if decided is not None and decided.text != NOT_GIVEN else indicators.get(code)
        found.extend([] if row is None else [row])
    return found


@of_mission
def overview(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Key figures, funnel, map, charts, alerts."""
    user, study = request.user, mission.current_study
    indicators = {row.code: row for row in Indicator.objects.visible_to(user).found_by(study)}
    figures = {row.code: row for row in Figure.objects.visible_to(user).found_by(study).select_related("record")}
    proposed = (
        ProjectFinding.objects.visible_to(user)
        .found_by(study)
        .filter(status=ProjectFinding.Status.RETAINED)
        .select_related("project__firm")
        .order_by("-envelope")
    )
    decisions = list(CommitteeDecision.objects.visible_to(user).of(mission).select_related("project__firm"))
    return page(
        request,
        mission,
        "missions/overview.html",
        "overview",
        {
            "headlines": _headlines(indicators),
            "funnel": figures.pop("entonnoir", None),
            "map": figures.pop("carte", None),
            "money": figures.pop("soutiens", None),
            "charts": list(figures.values()),
            "levels": [indicators[code] for code in LEVELS if code in indicators],
            "figures": indicators,
            "proposed": proposed,
            "decisions": decisions,
            "retained": sorted(
                (each for each in decisions if each.outcome == CommitteeDecision.Outcome.RETAINED),
                key=lambda each: (-(each.amount or 0), each.project.ref),
            ),
            # The banner of the page says the same of today: what a study said of its own day would contradict it.
            "alerts": [each for each in study.alerts if not tells_an_end(each)] if study else [],
            "readings": _readings(indicators),
        },
    )
