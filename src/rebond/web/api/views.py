"""The addresses of the API: what it is, the sheets of a mission, one of them, a change of some of its fields."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from rebond.adapters.workbook.entry import EntryError, EntryFault
from rebond.errors import FactsError
from rebond.history import Kind
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.api.body import BodyError, sent_in
from rebond.web.api.description import description
from rebond.web.api.door import answer, for_programs, refusal, token_of
from rebond.web.api.sheets import StaleError, change, listed, sheet_json
from rebond.web.editing.gestures import ClashError
from rebond.web.editing.many import KINDS
from rebond.web.missions.access import of_mission
from rebond.web.missions.models import Mission
from rebond.web.readings.middleware import note
from rebond.web.readings.models import Kind as ReadingKind
from rebond.web.wording import ended

PER_PAGE = 100
_LONGEST_PAGE = 6
"""Figures of a page number."""
_PART = "Fiche, par l’API"
_STALE = "La fiche a changé depuis la révision que vous avez lue : rien n’est enregistré."


@login_not_required
@require_safe
def describe(request: HttpRequest) -> HttpResponse:
    """What the API takes and gives, for anyone: nothing of any mission."""
    return answer(description())


@login_not_required
@csrf_exempt
def missing(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address under that of the API."""
    return refusal(404, "Rien à cette adresse.", "GET /api/ décrit les adresses.")


@for_programs
@require_safe
@of_mission
def sheets(request: HttpRequest, mission: Mission, kind: str) -> HttpResponse:
    """The sheets of a kind, by pages: their references, names and revisions."""
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_PAGE else 0
    if number < 1:
        raise Http404
    total, rows = listed(mission, _kind(kind), (number - 1) * PER_PAGE, PER_PAGE)
    here = reverse("api:sheets", args=[mission.slug, kind])
    more = number * PER_PAGE < total
    return answer(
        {
            "genre": kind,
            "total": total,
            "page": number,
            "suivante": f"{here}?page={number + 1}" if more else None,
            "fiches": [{**row, "adresse": reverse("api:sheet", args=[mission.slug, kind, row["ref"]])} for row in rows],
        }
    )


@for_programs
@require_http_methods(["GET", "HEAD", "PATCH"])
@of_mission
def sheet(request: HttpRequest, mission: Mission, kind: str, ref: str) -> HttpResponse:
    """A sheet with its revision, or a change of some of its fields."""
    if request.method == "PATCH":
        return _change(request, mission, _kind(kind), ref)
    found = sheet_json(mission, _kind(kind), ref, reader=cast(User, request.user))
    note(request, ReadingKind(_kind(kind)), ref, _PART)
    return answer(found, ETag=_tag(found["revision"]))


def _change(request: HttpRequest, mission: Mission, kind: Kind, ref: str) -> HttpResponse:
    try:
        sent = sent_in(request)
        by, program = cast(User, request.user), token_of(request).name
        now = change(mission, kind, ref, sent, by=by, program=program)
    except BodyError as error:
        return refusal(error.status, error.error, error.mend)
    except StaleError as error:
        note(request, ReadingKind(kind), ref, _PART)
        mend = "Choisir entre « actuelle » et « la_votre », puis renvoyer avec cette révision."
        refused = refusal(412, _STALE, mend, **error.told)
        refused["ETag"] = _tag(error.told["revision"])
        return refused
    except EntryError as error:
        mend = "Corriger chaque faute, puis renvoyer ; rien n’est enregistré."
        return refusal(422, "Des valeurs ne peuvent pas être gardées.", mend, fautes=list(map(_fault, error.entered)))
    except ClashError:
        return refusal(409, _STALE, "Relire la fiche, puis renvoyer avec sa révision.")
    except FactsError as error:
        said = [ended(typeset(str(fault))) for fault in error.faults]
        return refusal(409, "La mission ne le permet pas : rien n’est enregistré.", "Voir « fautes ».", fautes=said)
    return answer(now, ETag=_tag(now["revision"]))


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _tag(revision: int) -> str:
    return f'"{revision}"'


def _fault(fault: EntryFault) -> dict[str, str]:
    return {
        "champ": fault.column,
        "libelle": typeset(fault.title),
        "recu": fault.found,
        "probleme": typeset(fault.problem),
        "remede": typeset(fault.mend),
    }
