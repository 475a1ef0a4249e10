"""Two firms that were one: all that moves is shown, then chosen field by field, done in one gesture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rebond.facts import Census, Firm
from rebond.history import Kind, diff_rows
from rebond.regrouping import Lack, Move, RegroupingError, TwoRows, join_firms, moves_of
from rebond.web.editing.flow import editing_view
from rebond.web.editing.gestures import label_of
from rebond.web.editing.opened import facts_of
from rebond.web.missions.access import page
from rebond.web.missions.models import Mission
from rebond.web.regrouping.flow import Chosen, Outcome, Screen, run
from rebond.web.regrouping.rights import rights_on
from rebond.web.regrouping.rows import is_gone, kind_words, open_drafts, question_line
from rebond.web.regrouping.words import path_words, said

_NAMES = {
    "droits": "Droits donnés",
    "siren": "SIREN",
    "single_undertaking": "Compte de minimis",
    "aid_declared": "Aides déclarées",
}


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def join_two_firms(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Another firm is put into this one."""
    census = facts_of(mission)
    firm = _firm_in(census, ref)
    sheet = reverse("firms:sheet", args=[mission.slug, ref])
    back = ((reverse("firms:list", args=[mission.slug]), "Entreprises"), (sheet, firm.name))
    other = request.GET.get("avec", "")
    if not other:
        choices = [(each.id, f"{each.name} ({each.id})") for each in census.firms if each.id != ref]
        context = {
            "title": "Réunir deux fiches d’entreprise",
            "kicker": f"Entreprise {ref} · {firm.name}",
            "lead": "La fiche choisie est réunie à celle-ci, qui garde sa référence.",
            "label": "Fiche à réunir",
            "back": back,
            "choices": sorted(choices, key=lambda each: each[1].casefold()),
            "none": "La mission n’a pas d’autre entreprise.",
        }
        return page(request, mission, "regrouping/choose.html", "firms", context)
    absorbed = _firm_in(census, other)
    if absorbed.id == ref:
        return redirect(reverse("regrouping:firms", args=[mission.slug, ref]))
    me = request.user.pk
    screen = Screen(
        mission=mission,
        title="Réunir deux fiches d’entreprise",
        kicker=f"Entreprise {ref} · {firm.name}",
        section="firms",
        template="regrouping/firms.html",
        back=back,
        done=sheet,
        said="Fiches réunies ; l’étude sera refaite. Le journal permet d’annuler en un geste.",
        button="Réunir les deux fiches",
        compute=lambda census, chosen: _outcome(mission, census, (ref, other), chosen, me),
    )
    return run(request, screen)


def _firm_in(census: Census, ref: str) -> Firm:
    try:
        return census.firm(ref)
    except KeyError:
        raise Http404 from None


def _outcome(mission: Mission, census: Census, refs: tuple[str, str], chosen: Chosen, me: int | None) -> Outcome:
    kept, absorbed = (_firm_in(census, ref) for ref in refs)
    asked = TwoRows(
        kept=kept.id,
        absorbed=absorbed.id,
        answers=chosen.all_of("choix:"),
        on=chosen.on,
        by=chosen.by.said,
        reason=chosen.reason,
    )
    context: dict[str, Any] = {"kept": kept, "absorbed": absorbed}
    prevented = [*_drafts(mission, kept, absorbed, me), *rights_on(mission, absorbed.id)]
    pair = [(Kind.FIRM, kept.id), (Kind.FIRM, absorbed.id)]
    try:
        joined = join_firms(census, asked)
    except RegroupingError as error:
        context["moves"] = _groups(moves_of(census, kept.id, absorbed.id))
        return Outcome(context=context, keys=pair, labels=_NAMES, prevented=[*error.lacks, *prevented])
    asked_of = {question.path for question in joined.questions}
    key = (Kind.FIRM, kept.id)
    gained = diff_rows({key: kept}, {key: joined.firm})
    context |= {
        "moves": _groups(joined.moves),
        "questions": [question_line(each, chosen, names=(kept.id, absorbed.id)) for each in joined.questions],
        "gained": [
            (path_words(change.path), said(change.before, change.path), said(change.after, change.path))
            for change in gained
            if change.path not in asked_of
        ],
    }
    labels = {each.key: path_words(each.path) for each in joined.questions}
    keys = [*pair, *((move.kind, move.ref) for move in joined.moves)]
    return Outcome(context=context, keys=keys, rows=joined.rows, lacks=joined.lacks, labels=labels, prevented=prevented)


def _drafts(mission: Mission, kept: Firm, absorbed: Firm, me: int | None) -> list[Lack]:
    """What was typed and not saved on the sheet that leaves, by anyone; on the other one, by someone else."""
    found = [
        *open_drafts(mission, "entreprises", absorbed.id),
        *open_drafts(mission, "entreprises", kept.id, but=me),
    ]
    return [
        Lack(
            key="brouillon",
            problem=f"{draft.user} n’a pas enregistré ce qu’il ou elle a saisi ({draft.address})",
            mend="lui demander d’enregistrer ou d’effacer sa saisie",
        )
        for draft in found
        if "/reunir/" not in draft.address
    ]


def _groups(moves: Iterable[Move]) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """What moves, kind by kind: reference, words, whether it leaves with the firm."""
    found: dict[Kind, list[tuple[str, str, bool]]] = {}
    for move in moves:
        words = label_of(move.before) or said(move.before)
        found.setdefault(move.kind, []).append((move.ref, words, is_gone(move.after)))
    return [(kind_words(kind), rows) for kind, rows in found.items()]
