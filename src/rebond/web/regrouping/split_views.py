"""A project split: which costs, figures, facts, proofs and decisions go where."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rebond.facts import UNKNOWN, Census, CostLine, Project
from rebond.history import Kind
from rebond.reading.amounts import read_euros
from rebond.reading.numbers import read_integer, read_number
from rebond.reading.problem import Unreadable
from rebond.regrouping import Lack, Part, Piece, RegroupingError, Split, decided_of, pieces_of, split
from rebond.web.accounts.models import User
from rebond.web.editing.flow import editing_view
from rebond.web.editing.opened import facts_of, next_refs
from rebond.web.financing.models import FrozenPlan
from rebond.web.missions.models import Mission
from rebond.web.portfolio.standing import left_by
from rebond.web.regrouping.flow import Chosen, Outcome, Screen, run
from rebond.web.regrouping.rows import (
    DROPPED,
    SHARED,
    decided_line,
    held_line,
    keys_of_decided,
    piece_label,
    shared_line,
)
from rebond.web.regrouping.words import adding, decided_words

FEWEST, MOST = 2, 5
_EUROS = frozenset({"own_financing", "borrowing_capacity"})


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def split_project(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """One project becomes two or more."""
    project = project_in(facts_of(mission), ref)
    sheet = reverse("projects:sheet", args=[mission.slug, ref])
    screen = Screen(
        mission=mission,
        title="Scinder le projet",
        kicker=f"Projet {ref} · {project.title}",
        section="projects",
        template="regrouping/split.html",
        back=((reverse("projects:list", args=[mission.slug]), "Projets"), (sheet, project.title)),
        done=sheet,
        said="Projet scindé ; l’étude sera refaite. Le journal permet d’annuler en un geste.",
        button="Scinder le projet",
        compute=lambda census, chosen: _outcome(mission, census, ref, chosen, request.GET.get("parts", "")),
    )
    return run(request, screen)


def project_in(census: Census, ref: str) -> Project:
    """A project of the mission; 404 when it has none of that reference."""
    for project in census.projects:
        if project.id == ref:
            return project
    raise Http404


def frozen_plans(mission: Mission, reader: User, *refs: str) -> int:
    """How many plans people froze on these projects: each keeps what made it, whatever becomes of the project."""
    return FrozenPlan.objects.visible_to(reader).of(mission).filter(project_ref__in=refs).count()


def _outcome(mission: Mission, census: Census, ref: str, chosen: Chosen, asked_parts: str) -> Outcome:
    project = project_in(census, ref)
    count = _count(chosen.one("parts", asked_parts))
    titles = [chosen.one(f"intitule:{rank}", project.title if rank == 0 else "") for rank in range(count)]
    names = [title or f"Part {rank + 1}" for rank, title in enumerate(titles)]
    refs = [ref, *next_refs(mission, Kind.PROJECT, count - 1)]
    pieces = pieces_of(project, census, adding=adding())
    settled = decided_of(project, census)
    aside = project.firm_id in left_by(chosen.reader, census)
    lacks: list[Lack] = []
    asked = Split(
        project=ref,
        parts=[Part(ref=part, title=title) for part, title in zip(refs, titles, strict=True)],
        shares={piece.key: _shares(piece, chosen, count, lacks) for piece in pieces if piece.amount is not None},
        holders={
            piece.key: [int(rank) for rank in chosen.many(f"tient:{piece.key}") if rank in map(str, range(count))]
            for piece in pieces
            if piece.amount is None
        },
        decided={
            each.key: None if given == DROPPED else int(given)
            for each in settled
            if (given := chosen.one(f"decide:{each.key}")) == DROPPED or given in map(str, range(count))
        },
        on=chosen.on,
        by=chosen.by.said,
        reason=chosen.reason,
    )
    rows: dict[Any, Any] = {}
    unread = {lack.key for lack in lacks}
    try:
        rows = split(census, asked, adding=adding())
    except RegroupingError as error:
        lacks += [lack for lack in error.lacks if lack.key not in unread]
    answers = [*((str(rank), f"Vaut pour « {name} »") for rank, name in enumerate(names)), (DROPPED, "Retirer")]
    held = [held_line(each, chosen, names) for each in pieces if each.amount is None]
    lacking = {lack.key for lack in lacks}
    context = {
        "project": project,
        "parts": list(zip(range(count), titles, refs, strict=True)),
        "count": count,
        "may_add": count < MOST,
        "costs": [shared_line(each, chosen, names) for each in pieces if isinstance(each.value, CostLine)],
        "figures": [
            shared_line(each, chosen, names)
            for each in pieces
            if each.amount is not None and not isinstance(each.value, CostLine)
        ],
        "held": held,
        "held_open": chosen.values is not None
        and any(line.key in lacking or not all(option.checked for option in line.options) for line in held),
        "decided": [decided_line(each, chosen, answers, aside=aside) for each in settled],
        "frozen": frozen_plans(mission, chosen.reader, ref),
        "total": project.total_cost,
    }
    labels = {piece.key: piece_label(piece) for piece in pieces} | {
        each.key: decided_words(each)[0] for each in settled
    }
    labels |= {"parts": "Parts"} | {f"intitule:{rank}": f"Intitulé de la part {rank + 1}" for rank in range(count)}
    keys = [(Kind.PROJECT, ref), *keys_of_decided(settled)]
    keys += [(Kind.AID, piece.value.id) for piece in pieces if piece.at_most_one and piece.path[0] == "aids"]
    return Outcome(context=context, keys=keys, rows=rows, lacks=lacks, labels=labels)


def _count(text: str) -> int:
    return min(max(int(text), FEWEST), MOST) if text.isascii() and text.isdecimal() and len(text) == 1 else FEWEST


def _shares(piece: Piece, chosen: Chosen, count: int, lacks: list[Lack]) -> Sequence[Decimal | int]:
    """What each part has; what cannot be read is a lack."""
    amount = piece.amount if piece.amount is not None else 0
    nothing = type(amount)(0)
    given = chosen.one(f"part:{piece.key}", "0")
    typed = [*(text.strip() for text in chosen.many(f"montant:{piece.key}")), *[""] * count][:count]
    if given != SHARED:
        if any(typed):
            mend = "choisir « Partagé », ou effacer les montants"
            lacks.append(Lack(key=piece.key, problem="des montants sont saisis et tout va à une part", mend=mend))
        return [amount if str(rank) == given else nothing for rank in range(count)]
    shares: list[Decimal | int] = []
    for text in typed:
        try:
            value = _read(piece, text) if text else nothing
        except Unreadable as fault:
            lacks.append(Lack(key=piece.key, problem=fault.problem, mend=fault.mend))
            return []
        if value is UNKNOWN:
            lacks.append(Lack(key=piece.key, problem="une part est inconnue", mend="partager tout ce qui est connu"))
            return []
        shares.append(value)
    return shares


def _read(piece: Piece, text: str) -> Any:
    if isinstance(piece.amount, int):
        return read_integer(text).value
    is_euros = isinstance(piece.value, CostLine) or piece.path[0] in _EUROS
    return (read_euros if is_euros else read_number)(text).value
