"""The roadmap, axis by axis."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rebond.roadmap.build import NO_ACTION
from rebond.web.desk.filters import UNKNOWN, counted
from rebond.web.desk.lists import Column, Listing, export, tools
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Action

LISTING = Listing(
    name="feuille-de-route",
    title="Feuille de route",
    view="roadmap:roadmap",
    default_sort="rang",
    sorts={"rang": "position"},
    columns=(
        Column(key="axe", label="Axe", value=lambda row: row.axis_label),
        Column(key="action", label="Action", value=lambda row: row.title, fixed=True),
        Column(key="pilote", label="Pilote", value=lambda row: row.owner_name),
        Column(key="partenaires", label="Partenaires", value=lambda row: ", ".join(row.partners)),
        Column(key="echeance", label="Avant le", value=lambda row: row.due_on),
        Column(key="indicateur", label="Indicateur", value=lambda row: row.indicator),
    ),
)


@of_mission
def roadmap(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Actions under their axis, each with the needs it answers and the firms that asked."""
    rows = Action.objects.visible_to(request.user).found_by(mission.current_study)
    asked = {key: request.GET.get(key, "") for key in ("axe", "pilote", "echeance")}
    seen = list(rows.order_by("position").values_list("axis", "axis_label", "owner_name", "due_on"))
    filters = [
        counted("axe", "Axe", ((axis, label) for axis, label, _, _ in seen), asked["axe"]),
        counted("pilote", "Pilote", ((name, name) for _, _, name, _ in seen), asked["pilote"]),
        counted("echeance", "Échéance", ((f"{day:%Y-%m}", f"{day:%m/%Y}") for *_, day in seen), asked["echeance"]),
    ]
    for one, column in zip(filters, ("axis", "owner_name", ""), strict=True):
        if one.chosen and column:
            rows = rows.filter(**{column: "" if one.value == UNKNOWN else one.value})
        elif one.chosen:
            year, month = one.value.split("-")
            rows = rows.filter(due_on__year=int(year), due_on__month=int(month))
    answer = export(LISTING, request, mission, rows)
    if answer is not None:
        return answer
    actions = rows.prefetch_related("needs__interview__firm")
    axes: dict[str, list[Action]] = {}
    for action in actions:
        axes.setdefault(action.axis, []).append(action)
    context = {
        "axes": axes.values(),
        "count": sum(action.axis != NO_ACTION for action in actions),
        "total": len(seen),
        "filters": filters,
        "active": [one for one in filters if one.value],
        **tools(LISTING, request, mission),
    }
    return page(request, mission, "roadmap/roadmap.html", "roadmap", context)
