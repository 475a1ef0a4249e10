"""« Tester mon entreprise »: a form, its results, the criteria of one dispositif. Public; nothing is stored."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from rebond.dispositifs.cards import screen_cards, screening_as_data
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif
from rebond.regimes.de_minimis import ATTESTATION
from rebond.regimes.model import RegimeKind
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.screening.answers import COMMUNE, SIREN, Answers, parameters, read_answers
from rebond.web.screening.communes import shown, suggest
from rebond.web.screening.outcome import asked_of, given_of, groups_of, progress_since, screened
from rebond.web.screening.sizes import size_rules
from rebond.web.screening.steps import steps_of
from rebond.web.search_text import plain

_PAGE = ("financeur", "passe", "question", "reponse")
"""Parameters of the results that are no answers: funder kept, questions skipped, question wanted, question answered."""


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """The form, with the answers that the address holds."""
    catalogue, on = current_catalogue(), timezone.localdate()
    return _form(request, read_answers(request.GET, catalogue, on), catalogue)


@login_not_required
def results(request: HttpRequest) -> HttpResponse:
    """The verdict of every dispositif on the answers of the address, and the next question."""
    catalogue, on = current_catalogue(), timezone.localdate()
    answers = read_answers(request.GET, catalogue, on)
    if answers.errors:
        return _form(request, answers, catalogue)
    page = {name: [value for value in request.GET.getlist(name) if value] for name in _PAGE if request.GET.get(name)}
    clean = QueryDict(mutable=True)
    for name, value in (*parameters(answers), *((own, value) for own in page for value in page[own])):
        clean.appendlist(name, value)
    if clean != request.GET:
        return redirect(f"{request.path}?{clean.urlencode()}")
    funder = request.GET.get("financeur", "")
    screening = screened(answers, catalogue, on, funder=funder, skipped=page.get("passe", []))
    answered = request.GET.get("reponse", "")
    response = render(
        request,
        "screening/results.html",
        {
            "section": "screening",
            "on": on,
            "siren": answers.written.get(SIREN, ("",))[0],
            "groups": groups_of(screening),
            "count": len(screening.cards),
            "given": given_of(answers, catalogue, page),
            "asked": asked_of(screening, answers, catalogue, wanted=request.GET.get("question", ""), page=page),
            "progress": progress_since(_without(request.GET, answered, catalogue, on), screening)
            if answered in answers.given
            else None,
            "answers": tuple(parameters(answers)),
            "address": clean_address(answers),
            "passed": page.get("passe", []),
            "funder": funder,
            "funders": _funders(catalogue),
            "version": catalogue.version,
        },
    )
    return _kept_apart(response)


@login_not_required
def results_as_data(request: HttpRequest) -> HttpResponse:
    """The same for machines (docs/schemas/verdict-v1.json); wrong answers are said by name, with status 400."""
    catalogue, on = current_catalogue(), timezone.localdate()
    answers = read_answers(request.GET, catalogue, on)
    french = {"ensure_ascii": False, "indent": 2}
    if answers.errors:
        return JsonResponse({"erreurs": dict(answers.errors)}, status=400, json_dumps_params=french)
    screening = screen_cards(answers.facts, catalogue, on)
    return _kept_apart(JsonResponse(screening_as_data(screening), json_dumps_params=french))


@login_not_required
def criteria(request: HttpRequest, funder: str, slug: str) -> HttpResponse:
    """One dispositif, criterion by criterion; the list alone when the results page asks for it."""
    catalogue, on = current_catalogue(), timezone.localdate()
    dispositif = catalogue.find(f"{funder}/{slug}")
    if dispositif is None:
        raise Http404
    answers = read_answers(request.GET, catalogue, on)
    if answers.errors:
        return redirect(f"{reverse('screening:results')}?{request.GET.urlencode()}")
    (card,) = screen_cards(answers.facts, catalogue, on, only=[dispositif.id], questions=0).cards
    in_place = request.headers.get("HX-Request") == "true"
    context = {
        "section": "screening",
        "card": card,
        "funder": organisation_name(dispositif.funder),
        "address": clean_address(answers),
        "on": on,
        "attestation": ATTESTATION if rests_on_de_minimis(dispositif, catalogue) else "",
    }
    return _kept_apart(render(request, f"screening/{'criteria' if in_place else 'sheet'}.html", context))


@login_not_required
def commune_options(request: HttpRequest) -> HttpResponse:
    """The communes whose name begins like what is being written, as options of its list."""
    names = [shown(commune) for commune in suggest(request.GET.get(COMMUNE, ""))]
    return render(request, "screening/communes.html", {"names": names})


def rests_on_de_minimis(dispositif: Dispositif, catalogue: Catalogue) -> bool:
    """Whether the support can only be de minimis aid: past aid, which the page does not ask for, may then close it."""
    kinds = {catalogue.regimes[key].kind for key in dispositif.regimes}
    return kinds == {RegimeKind.DE_MINIMIS}


def clean_address(answers: Answers) -> str:
    """The answers as the end of an address."""
    clean = QueryDict(mutable=True)
    for name, value in parameters(answers):
        clean.appendlist(name, value)
    return f"?{clean.urlencode()}"


def _form(request: HttpRequest, answers: Answers, catalogue: Catalogue) -> HttpResponse:
    context = {
        "section": "screening",
        "steps": steps_of(answers, catalogue),
        "sizes": size_rules(),
        "count": len(catalogue.dispositifs),
    }
    return _kept_apart(render(request, "screening/start.html", context))


def _kept_apart(response: HttpResponse) -> HttpResponse:
    """Answers are nobody else's business: neither shared caches nor search engines keep these pages."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _without(asked: QueryDict, name: str, catalogue: Catalogue, on: date) -> Answers:
    earlier = asked.copy()
    earlier.pop(name, None)
    return read_answers(earlier, catalogue, on)


def _funders(catalogue: Catalogue) -> list[tuple[str, str, int]]:
    """Code, name and number of dispositifs of every funder."""
    counts = Counter(dispositif.funder for dispositif in catalogue.dispositifs.values())
    rows = [(code, organisation_name(code), count) for code, count in counts.items()]
    return sorted(rows, key=lambda row: plain(row[1]))
