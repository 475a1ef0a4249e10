"""Taking a row out: a firm, a project, an aid; the journal can bring it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rebond.errors import FactsError
from rebond.facts import Census
from rebond.history import ABSENT, Kind
from rebond.history.changes import reference_of
from rebond.web.accounts.models import User
from rebond.web.editing.flow import since_of
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.editing.opened import Key, facts_of
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import page
from rebond.web.missions.models import Mission

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What is taken out, and what it would leave behind."""

    title: str
    name: str
    section: str
    rows: Mapping[Key, Any]
    back: str
    done: str
    consequences: Sequence[str] = ()
    held_by: Sequence[tuple[str, str]] = ()
    """Address and words of what prevents it."""
    needs_reason: bool = False


def withdraw_project(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """A project goes with the committee's decision on it; its aids stay those of the firm."""
    census = facts_of(mission)
    project = next((each for each in census.projects if each.id == ref), None)
    if project is None:
        raise Http404
    rows: dict[Key, Any] = {(Kind.PROJECT, ref): ABSENT}
    decided = [each for each in census.decisions if each.project_id == ref]
    aids = [aid for aid in census.aids if aid.project_id == ref]
    if decided:
        rows[Kind.DECISION, ref] = ABSENT
    rows |= {(Kind.AID, aid.id): replace(aid, project_id="") for aid in aids}
    consequences = ["Les demandes aux financeurs et les postes de dépense partent avec lui."]
    if decided:
        consequences.append("La décision du comité sur ce projet est retirée aussi.")
    marks = [reference_of(Kind.MARK, each) for each in census.marks if each.project_id == ref]
    if marks:
        rows |= {(Kind.MARK, each): ABSENT for each in marks}
        consequences.append("Les notes des évaluateurs sur ce projet sont retirées aussi.")
    sent = {each.id for each in census.referrals if each.project_id == ref}
    if sent:
        steps = [each for each in census.referral_steps if each.referral_id in sent]
        rows |= {(Kind.REFERRAL, each): ABSENT for each in sent}
        rows |= {(Kind.REFERRAL_STEP, reference_of(Kind.REFERRAL_STEP, each)): ABSENT for each in steps}
        told = "Ses orientations envoyées" if len(sent) > 1 else "Son orientation envoyée"
        consequences.append(
            f"{told} et ce que les organisations ont répondu quittent les listes ; le journal les garde, et une "
            "annulation les rend. Les lettres déjà parties ne se reprennent pas."
        )
    helping = [action.title for action in census.actions if ref in action.projects]
    if helping:
        consequences.append(f"Il reste nommé, comme projet retiré, dans la feuille de route : {' ; '.join(helping)}.")
    accompanied = {each.id for each in census.accompaniments if each.project_id == ref}
    if accompanied:
        rows |= {(Kind.ACCOMPANIMENT, each): ABSENT for each in sorted(accompanied)}
        held = (each for each in census.meetings if each.accompaniment_id in accompanied)
        rows |= {(Kind.MEETING, reference_of(Kind.MEETING, each)): ABSENT for each in held}
        consequences.append("L’accompagnement par un conseil et ses rendez-vous sont retirés aussi.")
    if aids:
        consequences.append(f"Les aides obtenues pour lui ({len(aids)}) restent à l’entreprise, sans projet.")
    asked = Withdrawal(
        title="Retirer le projet",
        name=project.title,
        section="projects",
        rows=rows,
        back=reverse("projects:sheet", args=[mission.slug, ref]),
        done=reverse("firms:sheet", args=[mission.slug, project.firm_id]),
        consequences=consequences,
        needs_reason=True,
    )
    return _withdraw(request, mission, asked)


def withdraw_firm(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """A firm that nothing names any more."""
    census = facts_of(mission)
    firm = next((each for each in census.firms if each.id == ref), None)
    if firm is None:
        raise Http404
    asked = Withdrawal(
        title="Retirer l’entreprise",
        name=firm.name,
        section="firms",
        rows={(Kind.FIRM, ref): ABSENT}
        | {(Kind.RECUSAL, reference_of(Kind.RECUSAL, each)): ABSENT for each in census.recusals if each.firm_id == ref},
        back=reverse("firms:sheet", args=[mission.slug, ref]),
        done=reverse("firms:list", args=[mission.slug]),
        held_by=_held_by(mission, census, ref),
    )
    return _withdraw(request, mission, asked)


def withdraw_aid(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """An aid that was entered by mistake."""
    census = facts_of(mission)
    aid = next((each for each in census.aids if each.id == ref), None)
    if aid is None:
        raise Http404
    firm = reverse("firms:sheet", args=[mission.slug, aid.firm_id])
    asked = Withdrawal(
        title="Retirer l’aide obtenue",
        name=aid.label or aid.funder,
        section="firms",
        rows={(Kind.AID, ref): ABSENT},
        back=firm,
        done=firm,
        consequences=["Elle ne comptera plus dans le compte de minimis ni dans les cumuls."],
    )
    return _withdraw(request, mission, asked)


def _held_by(mission: Mission, census: Census, ref: str) -> list[tuple[str, str]]:
    slug = mission.slug
    projects = [
        (reverse("projects:sheet", args=[slug, each.id]), f"Projet {each.id} : {each.title}")
        for each in census.projects
        if each.firm_id == ref
    ]
    interviews = [
        (reverse("editing:interview", args=[slug, each.id]), f"Entretien {each.id} du {each.held_on:%d/%m/%Y}")
        for each in census.interviews
        if each.firm_id == ref
    ]
    aids = [
        (reverse("editing:aid", args=[slug, each.id]), f"Aide {each.id} : {each.label or each.funder}")
        for each in census.aids
        if each.firm_id == ref
    ]
    return projects + interviews + aids


def _withdraw(request: HttpRequest, mission: Mission, asked: Withdrawal) -> HttpResponse:
    error, now = "", journal_position(mission)
    reason = request.POST.get("motif", "").strip()
    if request.method == "POST" and not asked.held_by:
        if asked.needs_reason and not reason:
            error = "Écrivez le motif du retrait : il est gardé dans le journal."
        elif len(reason) > LONGEST_REASON:
            error = f"Abrégez le motif : {LONGEST_REASON} caractères au plus."
        else:
            try:
                since = since_of(request, now)
                save(mission, asked.rows, by=author_of(cast(User, request.user)), since=since, reason=reason)
            except ClashError:
                error = "Quelqu’un l’a modifié pendant que vous lisiez cette page : relisez sa fiche, puis confirmez."
            except FactsError as fault:
                error = " ".join(str(each) for each in fault.faults)
            else:
                messages.success(request, "Retiré ; l’étude sera refaite. Le journal permet d’annuler.")
                return redirect(asked.done)
    context = {"asked": asked, "error": error, "reason": reason, "since": now}
    return page(request, mission, "editing/withdraw.html", asked.section, context)
