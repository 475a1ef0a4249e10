"""Referrals: who each project is sent to, for what, by when."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rebond.facts import ReferralState
from rebond.web.desk.filters import UNKNOWN, Filter, counted
from rebond.web.desk.lists import Column, Listing, export, ordered, tools
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of
from rebond.web.referrals.standing import states_of
from rebond.web.search_text import words_sought
from rebond.web.studies.models import Referral

PAST, TO_COME = "passee", "a_venir"
NOT_SENT = "Proposée"
LISTING = Listing(
    name="orientations",
    title="Orientations",
    view="referrals:list",
    default_sort="echeance",
    sorts={"ref": "project__ref"},
    columns=(
        Column(key="projet", label="Projet", value=lambda row: row.project.title, sort="project__title", fixed=True),
        Column(key="organisation", label="Vers", value=lambda row: row.organisation_name, sort="organisation_name"),
        Column(key="pourquoi", label="Pourquoi", value=lambda row: row.reason),
        Column(key="etape", label="Prochaine étape", value=lambda row: row.next_step),
        Column(
            key="responsable",
            label="Responsable",
            value=lambda row: row.owner_name,
            sort="owner_name",
            default=False,
        ),
        Column(key="suite", label="Suite", value=lambda row: row.get_kind_display(), sort="kind", default=False),
        Column(key="etat", label="État", value=lambda row: getattr(row, "standing", NOT_SENT)),
        Column(key="echeance", label="Avant le", value=lambda row: row.due_on, sort="due_on"),
    ),
)


@of_mission
def referral_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """The referrals that the filters of the address keep, the most urgent first."""
    today = timezone.localdate()
    every = Referral.objects.visible_to(request.user).found_by(mission.current_study)
    asked = {key: request.GET.get(key, "") for key in ("organisation", "suite", "echeance")}
    seen = list(every.order_by().values_list("organisation", "organisation_name", "kind", "due_on"))
    filters: list[Filter] = [
        counted("organisation", "Organisation", ((code, name) for code, name, _, _ in seen), asked["organisation"]),
        counted("suite", "Suite", ((kind, str(Referral.Kind(kind).label)) for _, _, kind, _ in seen), asked["suite"]),
        counted(
            "echeance",
            "Échéance",
            ((PAST, "Passée") if due < today else (TO_COME, "À venir") for _, _, _, due in seen),
            asked["echeance"],
        ),
    ]
    kept = every.select_related("project__firm")
    if asked["organisation"]:
        kept = kept.filter(organisation="" if asked["organisation"] == UNKNOWN else asked["organisation"])
    if asked["suite"]:
        kept = kept.filter(kind=asked["suite"])
    if asked["echeance"]:
        past = asked["echeance"] == PAST
        kept = kept.filter(due_on__lt=today) if past else kept.filter(due_on__gte=today)
    text = request.GET.get("q", "").strip()
    for word in words_sought(text):
        kept = kept.filter(project__search__contains=word)
    states = states_of(mission, set(every.values_list("project", flat=True)))
    rows = [_with_state(row, states) for row in ordered(LISTING, request, kept)]
    return export(LISTING, request, mission, rows) or page(
        request,
        mission,
        "referrals/list.html",
        "referrals",
        {
            "page": page_of(request, rows),
            "q": text,
            "total": len(seen),
            "sent": len(states),
            "organisations": len({code for code, _, _, _ in seen}),
            "today": today,
            "filters": filters,
            "active": [one for one in filters if one.value],
            **tools(LISTING, request, mission),
        },
    )


def _with_state(row: Referral, states: Mapping[tuple[int, str], ReferralState]) -> Referral:
    """The proposal, with where it stands once someone sent it: a proposal is never shown as sent."""
    state = states.get((row.project_id, row.organisation))
    row.standing = NOT_SENT if state is None else state.label  # type: ignore[attr-defined]  # of this page alone
    row.is_sent = state is not None  # type: ignore[attr-defined]  # of this page alone
    return row
