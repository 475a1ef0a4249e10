"""Who answers for an action and who helps, chosen among the organisations of the catalogue: found by a word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from rebond.dispositifs.coverage import foreign
from rebond.dispositifs.organisations import Organisation
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.editing.gestures import journal_position
from rebond.web.missions.access import for_roles, page
from rebond.web.missions.models import Mission, Role
from rebond.web.roadmap.choosing import action_of, keep
from rebond.web.search_text import searchable, words_sought

MOST = 40
"""Organisations found that one page shows: another word tells them apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An organisation as the page offers it."""

    code: str
    """Its code in the catalogue; the name that was typed, of one that it does not know."""
    name: str
    full_name: str = ""
    leads: bool = False
    helps: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
def organisations(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The organisations of an action, then those that a word finds. What is not shown stays, a typed name too."""
    held = action_of(mission, ref)
    catalogue = current_catalogue()
    known = catalogue.organisations
    text, error = request.GET.get("q", "").strip(), ""
    if request.method == "POST":
        shown, ticked = set(request.POST.getlist("montre")), dict.fromkeys(request.POST.getlist("partenaire"))
        asked = request.POST.get("pilote", held.owner)
        owner = asked if asked in {"", held.owner, *held.partners, *known} else held.owner
        kept = [each for each in held.partners if each not in shown or each in ticked]
        new = [each for each in ticked if (each in known or each == held.owner) and each not in kept]
        wanted = replace(held, owner=owner, partners=tuple(each for each in (*kept, *new) if each and each != owner))
        done = keep(
            request,
            mission,
            wanted,
            chosen="les organisations",
            said="Pilote et partenaires de l’action enregistrés.",
            again="roadmap:organisations",
        )
        if isinstance(done, HttpResponse):
            return done
        error = done
    mine = dict.fromkeys(each for each in (held.owner, *held.partners) if each)
    communes = [each for epci in mission.epcis for each in catalogue.gazetteer.by_epci.get(epci, ())]
    aside = {*mine, *foreign(known, communes)}
    found = _found((each for code, each in known.items() if code not in aside), text)
    context = {
        "action": held,
        "mine": [
            Choice(
                code=code,
                name=organisation_name(code),
                full_name=known[code].name if code in known else "",
                leads=code == held.owner,
                helps=code in held.partners,
            )
            for code in mine
        ],
        "found": found[:MOST],
        "count": len(found),
        "most": MOST,
        "q": text,
        "error": error,
        "position": journal_position(mission),
    }
    return page(request, mission, "roadmap/organisations.html", "roadmap", context)


def _found(every: Iterable[Organisation], text: str) -> list[Choice]:
    """Those whose names hold every word, by name."""
    words = words_sought(text)
    kept = [
        each
        for each in every
        if (said := searchable((each.code, each.short_name, each.name, *each.other_names)))
        and all(word in said for word in words)
    ]
    kept.sort(key=lambda each: (searchable((each.short_name,)), each.code))
    return [Choice(code=each.code, name=organisation_name(each.code), full_name=each.name) for each in kept]
