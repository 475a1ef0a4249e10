"""Interviews and the needs heard there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse

from rebond.web.catalogue.reading import axis_label
from rebond.web.desk.filters import UNKNOWN, counted
from rebond.web.desk.lists import Column, Listing, export, ordered, tools
from rebond.web.interviews.models import Interview, Need
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of
from rebond.web.search_text import words_sought

_CALLS = {"oui": "À rappeler", "non": "Rien à rappeler"}


def _calls(told: Iterable[Sequence[object]]) -> list[tuple[str, str]]:
    return [(key, _CALLS[key]) for key in ("oui" if any(call) else "non" for _, *call in told)]


def _needs(row: Interview) -> str:
    return " ; ".join(need.text for need in row.needs.all())


LISTING = Listing(
    name="entretiens",
    title="Entretiens",
    view="interviews:list",
    default_sort="-date",
    sorts={},
    columns=(
        Column(key="entreprise", label="Entreprise", value=lambda row: row.firm.name, sort="firm__name", fixed=True),
        Column(key="date", label="Date", value=lambda row: row.held_on, sort="held_on"),
        Column(key="par", label="Mené par", value=lambda row: row.interviewer or None, sort="interviewer"),
        Column(
            key="commune",
            label="Commune",
            value=lambda row: row.firm.establishment.commune or None,
            sort="firm__establishment__commune",
        ),
        Column(key="besoins", label="Besoins entendus", value=_needs),
        Column(key="rappel", label="À rappeler le", value=lambda row: row.callback_on, sort="callback_on"),
        Column(key="rappel_par", label="Qui rappelle", value=lambda row: row.callback_by or None, default=False),
    ),
)


@of_mission
def interview_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Interviews, the latest first; ``?axe=`` keeps the needs of one axis, ``?par=`` who held them."""
    axis, text, by, call = (request.GET.get(key, "").strip() for key in ("axe", "q", "par", "rappel"))
    every_need = Need.objects.visible_to(request.user).of(mission)
    counts = Counter(every_need.values_list("axis", flat=True))
    needs = every_need.filter(axis=axis) if axis else every_need
    every = Interview.objects.visible_to(request.user).of(mission)
    told = list(every.values_list("interviewer", "callback_on", "callback_by", "callback_why"))
    holders = [(name, name) for name, *_ in told]
    kept = every.select_related("firm__establishment").prefetch_related(Prefetch("needs", queryset=needs))
    if axis:
        kept = kept.filter(needs__axis=axis).distinct()
    if by:
        kept = kept.filter(interviewer="" if by == UNKNOWN else by)
    for word in words_sought(text):
        kept = kept.filter(firm__search__contains=word)
    if call in _CALLS:
        kept = kept.to_call() if call == "oui" else kept.exclude(pk__in=every.to_call().values("pk"))
    rows = ordered(LISTING, request, kept)
    filters = [counted("par", "Mené par", holders, by), counted("rappel", "Appel à passer", _calls(told), call)]
    return export(LISTING, request, mission, rows) or page(
        request,
        mission,
        "interviews/list.html",
        "interviews",
        {
            "page": page_of(request, rows),
            "q": text,
            "axis": axis,
            "axes": [(code, axis_label(code), count) for code, count in counts.most_common()],
            "total": counts.total(),
            "filters": filters,
            "active": [one for one in filters if one.value],
            **tools(LISTING, request, mission),
        },
    )
