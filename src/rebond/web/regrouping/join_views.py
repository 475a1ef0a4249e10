"""Two projects of a firm put together: chosen, previewed field by field, done in one gesture."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rebond.facts import Census, Project
from rebond.history import Kind
from rebond.regrouping import Join, Lack, RegroupingError, join
from rebond.web.editing.flow import editing_view
from rebond.web.editing.opened import facts_of
from rebond.web.missions.access import page
from rebond.web.missions.models import Mission
from rebond.web.portfolio.standing import left_by
from rebond.web.referrals.gestures import next_numbers
from rebond.web.regrouping.flow import Chosen, Outcome, Screen, run
from rebond.web.regrouping.rows import DROPPED, decided_line, keys_of_decided, open_drafts, question_line
from rebond.web.regrouping.split_views import frozen_plans, project_in
from rebond.web.regrouping.words import adding, decided_words, path_words, said

_HOLDS = "vaut"


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def join_projects(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Another project of the firm is put into this one."""
    census = facts_of(mission)
    project = project_in(census, ref)
    sheet = reverse("projects:sheet", args=[mission.slug, ref])
    back = ((reverse("projects:list", args=[mission.slug]), "Projets"), (sheet, project.title))
    other = request.GET.get("avec", "")
    if not other:
        context = {
            "title": "Réunir deux projets",
            "kicker": f"Projet {ref} · {project.title}",
            "lead": "Le projet choisi est réuni à celui-ci, qui garde sa référence.",
            "label": "Projet à réunir",
            "back": back,
            "choices": _others(census, project),
            "none": "Cette entreprise n’a pas d’autre projet.",
        }
        return page(request, mission, "regrouping/choose.html", "projects", context)
    absorbed = project_in(census, other)
    if absorbed.id == ref or absorbed.firm_id != project.firm_id:
        return redirect(reverse("regrouping:join", args=[mission.slug, ref]))
    screen = Screen(
        mission=mission,
        title="Réunir deux projets",
        kicker=f"Projet {ref} · {project.title}",
        section="projects",
        template="regrouping/join.html",
        back=back,
        done=sheet,
        said="Projets réunis ; l’étude sera refaite. Le journal permet d’annuler en un geste.",
        button="Réunir les deux projets",
        compute=lambda census, chosen: _outcome(mission, census, ref, other, chosen),
    )
    return run(request, screen)


def _others(census: Census, project: Project) -> list[tuple[str, str]]:
    return [
        (each.id, f"{each.title} ({each.id})")
        for each in census.projects
        if each.firm_id == project.firm_id and each.id != project.id
    ]


def _outcome(mission: Mission, census: Census, ref: str, other: str, chosen: Chosen) -> Outcome:
    kept, absorbed = project_in(census, ref), project_in(census, other)
    answers = {"title": "garde"} if chosen.values is None else chosen.all_of("choix:")
    decided = {key: given == _HOLDS for key, given in chosen.all_of("decide:").items() if given in {_HOLDS, DROPPED}}
    asked = Join(
        kept=ref,
        absorbed=other,
        answers=answers,
        decided=decided,
        on=chosen.on,
        by=chosen.by.said,
        reason=chosen.reason,
        numbers=next_numbers(mission, [each.id for each in census.referrals if each.project_id in {ref, other}]),
    )
    try:
        joined = join(census, asked, adding=adding())
    except RegroupingError:
        raise Http404 from None
    names = (kept.id, absorbed.id)
    default = {"title": "garde"}
    words = ((_HOLDS, "Vaut pour le projet réuni"), (DROPPED, "Retirer"))
    aside = kept.firm_id in left_by(chosen.reader, census)
    settled = [(each.project, decided_line(each, chosen, words, aside=aside)) for each in joined.decided]
    aids: list[Any] = [aid for aid in census.aids if aid.project_id == absorbed.id]
    context = {
        "kept": kept,
        "absorbed": absorbed,
        "joined": joined.project,
        "questions": [
            question_line(each, chosen, names=names, default=default.get(each.key, "")) for each in joined.questions
        ],
        "decided": settled,
        "costs": [said(line) for line in joined.project.costs],
        "total": joined.project.total_cost,
        "totals": (kept.total_cost, absorbed.total_cost),
        "aids": [said(aid) for aid in aids],
        "closed": [row for (kind, _), row in joined.rows.items() if kind is Kind.REFERRAL_STEP],
        "frozen": frozen_plans(mission, chosen.reader, kept.id, absorbed.id),
    }
    labels = {each.key: path_words(each.path) for each in joined.questions}
    labels |= {each.key: f"{decided_words(each)[0]} ({each.project})" for each in joined.decided}
    keys = [(Kind.PROJECT, ref), (Kind.PROJECT, other), *keys_of_decided(joined.decided)]
    keys += [(Kind.AID, aid.id) for aid in aids]
    prevented = [
        Lack(
            key="brouillon",
            problem=f"{draft.user} n’a pas enregistré ce qu’il ou elle a saisi sur le projet {other}",
            mend="lui demander d’enregistrer ou d’effacer sa saisie",
        )
        for draft in open_drafts(mission, "projets", other)
        if "/reunir/" not in draft.address
    ]
    return Outcome(context=context, keys=keys, rows=joined.rows, lacks=joined.lacks, labels=labels, prevented=prevented)
