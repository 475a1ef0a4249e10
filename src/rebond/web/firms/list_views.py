"""The list of firms with its filters."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, QueryDict

from rebond.web.desk.filters import UNKNOWN, Filter, counted
from rebond.web.desk.lists import Column, Listing, export, ordered, tools
from rebond.web.firms.models import Firm
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import StudiedQuerySet
from rebond.web.missions.truth import Answer
from rebond.web.paging import page_of

LISTING = Listing(
    name="entreprises",
    title="Entreprises",
    view="firms:list",
    default_sort="nom",
    sorts={},
    columns=(
        Column(key="nom", label="Entreprise", value=lambda row: row.name, sort="name", fixed=True),
        Column(key="reference", label="Référence", value=lambda row: row.ref, sort="ref", default=False),
        Column(key="siren", label="SIREN", value=lambda row: row.siren, sort="siren", default=False),
        Column(
            key="commune",
            label="Commune",
            value=lambda row: row.establishment.commune or None,
            sort="establishment__commune",
        ),
        Column(
            key="taille",
            label="Taille européenne",
            value=lambda row: (row.finding.size or row.finding.size_range or None) if row.finding else None,
            sort="finding__size",
            default=False,
        ),
        Column(key="projets", label="Projets", value=lambda row: row.project_count, sort="project_count", numeric=True),
        Column(
            key="investissement",
            label="Investissement",
            value=lambda row: row.investment,
            sort="investment",
            numeric=True,
        ),
        Column(key="emplois", label="Emplois à créer", value=lambda row: row.jobs, sort="jobs", numeric=True),
        Column(
            key="de_minimis",
            label="De minimis disponible",
            value=lambda row: row.finding.de_minimis_room if row.finding else None,
            sort="finding__de_minimis_room",
            numeric=True,
        ),
    ),
)
_FILTERS = (
    ("epci", "Intercommunalité", "establishment__epci_code", "establishment__epci"),
    ("commune", "Commune", "establishment__commune_code", "establishment__commune"),
    ("taille", "Taille européenne", "finding__size", "finding__size"),
    ("connue", "Connue des partenaires", "finding__known", ""),
)
_KNOWN = {Answer.YES: "Connue", Answer.NO: "Inconnue des partenaires", Answer.UNKNOWN: "À confirmer"}


@of_mission
def firm_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Firms that the filters of the address keep, with their projects' figures."""
    text = request.GET.get("q", "").strip()
    every = Firm.objects.visible_to(request.user).of(mission).with_finding(mission.current_study)
    filters = firm_filters(every, request.GET)
    kept = every.matching(text).with_project_figures().select_related("establishment")
    for one in filters:
        if one.value:
            unknown = one.value == UNKNOWN and one.name != "connue"
            kept = kept.filter(**{one.column: "" if unknown else one.value})
    rows = ordered(LISTING, request, kept)
    return export(LISTING, request, mission, rows) or page(
        request,
        mission,
        "firms/list.html",
        "firms",
        {
            "page": page_of(request, rows),
            "q": text,
            "filters": filters,
            "active": [one for one in filters if one.value],
            **tools(LISTING, request, mission),
        },
    )


def firm_filters(firms: StudiedQuerySet[Firm], asked: QueryDict) -> tuple[Filter, ...]:
    """Every filter with its options, counted over all the firms given."""
    names = {path for _, _, column, label in _FILTERS for path in (column, label) if path}
    rows = list(firms.values(*sorted(names)))
    return tuple(
        counted(name, words, _values(rows, column, label), asked.get(name, ""), column=column)
        for name, words, column, label in _FILTERS
    )


def _values(rows: Iterable[dict[str, str | None]], column: str, label: str) -> Iterable[tuple[str, str]]:
    """Value and words of each row; a row that no study saw has none of what studies find."""
    for row in rows:
        value = row[column]
        if value is not None:
            yield value, (row[label] or "") if label else _KNOWN[Answer(value)]
