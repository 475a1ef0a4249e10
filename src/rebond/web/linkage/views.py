"""The queue of links: one pair at a time, answered by the pilot, taken back in one gesture."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rebond import facts as core
from rebond.facts import LinkAnswer
from rebond.history import ABSENT, Kind
from rebond.history.changes import link_ref
from rebond.linkage import Link, Outcome
from rebond.web.accounts.models import User
from rebond.web.editing.decided import fault_of_reason, last_gesture, position_sent
from rebond.web.editing.decided import take_back as undo_gesture
from rebond.web.editing.gestures import ClashError, change_of, journal_position, save
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.linkage.models import LinkDecision
from rebond.web.linkage.pairs import Pair, links_of, pair_of, queue_for
from rebond.web.linkage.telling import told_of
from rebond.web.missions.access import TEAM, page, read_by
from rebond.web.missions.models import Mission
from rebond.web.projects.models import PartnerEntry, Project

_CONFLICT, _UNREADABLE = 409, 400
_REOPEN = "a_reprendre"
_MEANWHILE = (
    "Quelqu’un a répondu à cette question pendant que vous la lisiez. Sa réponse est ci-dessous : rien n’a été "
    "écrit par-dessus. Répondez de nouveau pour la remplacer."
)
_NAMES = ("ligne", "entreprise", "projet")


@require_http_methods(["GET", "HEAD", "POST"])
@read_by(TEAM)
def queue(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """The pair asked for, else the most telling one that waits; a POST answers it and goes on to the next."""
    if request.method == "POST":
        return _answer(request, mission)
    return _shown(request, mission, may_decide=may_decide)


@require_POST
@read_by(TEAM)
def take_back(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Undo one answer, if nobody answered the same pair since."""
    try:
        entry, done = undo_gesture(request, mission, Kind.LINK)
    except ClashError:
        clash = "Quelqu’un a répondu de nouveau à cette question depuis : rien n’a été annulé."
        return _shown(request, mission, may_decide=may_decide, warning=clash, status=_CONFLICT)
    change = change_of(entry)
    row = change.after if isinstance(change.after, core.LinkDecision) else change.before
    asked = {"fait": str(done.gesture or "")}
    if isinstance(row, core.LinkDecision):
        asked |= dict(zip(_NAMES, (row.entry_id, row.firm_id, row.project_id), strict=True))
    return redirect(f"{reverse('linkage:queue', args=[mission.slug])}?{urlencode(asked)}#paire")


def _answer(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Write one answer, or reopen a decided pair."""
    user, sent = cast(User, request.user), request.POST
    entry_id, firm_id, project_id = (sent.get(name, "") for name in _NAMES)
    ref, reason = link_ref(entry_id, firm_id, project_id), sent.get("motif", "").strip()
    wanted: Any = ABSENT
    if sent.get("reponse") != _REOPEN:
        pair = _pair(user, mission, entry_id, firm_id, project_id)
        if pair is None:
            raise Http404
        if sent.get("reponse") not in set(LinkAnswer):
            warning = "Choisissez une réponse : le même, un autre, ou je ne sais pas."
            return _shown(request, mission, may_decide=True, pair=pair, warning=warning, status=_UNREADABLE)
        if warning := fault_of_reason(reason):
            return _shown(request, mission, may_decide=True, pair=pair, warning=warning, status=_UNREADABLE)
        wanted = core.LinkDecision(
            entry_id=entry_id,
            firm_id=firm_id,
            project_id=project_id,
            answer=LinkAnswer(sent["reponse"]),
            by=str(user),
            on=timezone.localdate(),
            reason=reason,
        )
    try:
        done = save(
            mission,
            {(Kind.LINK, ref): wanted},
            by=author_of(user),
            since=position_sent(request),
            act=Act.DECIDED,
            reason=reason,
        )
    except ClashError:
        pair = _pair(user, mission, entry_id, firm_id, project_id)
        return _shown(request, mission, may_decide=True, pair=pair, warning=_MEANWHILE, status=_CONFLICT)
    asked = {"fait": str(done.gesture or "")}
    if wanted is ABSENT:
        asked |= dict(zip(_NAMES, (entry_id, firm_id, project_id), strict=True))
    return redirect(f"{reverse('linkage:queue', args=[mission.slug])}?{urlencode(asked)}#paire")


def _shown(
    request: HttpRequest,
    mission: Mission,
    *,
    may_decide: bool,
    pair: Pair | None = None,
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    found = queue_for(request.user, mission)
    if pair is None:
        pair = _asked(request, mission)
    if pair is None and found.pairs:
        pair = pair_of(request.user, mission, found.pairs[0])
    decisions = LinkDecision.objects.visible_to(request.user).of(mission)
    # Asked of the lists only where no pair tells that there is one.
    compared = bool(pair or found.aside) or PartnerEntry.objects.visible_to(request.user).of(mission).exists()
    earlier = decisions.filter(firm_ref=pair.firm.ref).order_by("-on", "-pk") if pair else decisions.none()
    told = told_of(request.user, mission, list(earlier[:20]))
    context: dict[str, object] = {
        "queue": found,
        "compared": compared and bool(found.share.total),
        "pair": pair,
        "others": [link for link in found.pairs if pair and link.entry_id == pair.entry.ref and link != pair.link],
        "told": told,
        "answered": next((each for each in told if pair and each.is_about(pair.key)), None),
        "decided_count": decisions.count(),
        "last": decisions.order_by("-on", "-pk").first(),
        "done": done_of(request, mission),
        "position": journal_position(mission),
        "may_decide": may_decide,
        "warning": warning,
        "reason": request.POST.get("motif", "") if warning else "",
        "longest": LONGEST_REASON,
        "titles": _titles(request.user, mission, {link.project_id for link in found.aside if link.project_id}),
    }
    response = page(request, mission, "linkage/queue.html", "linkage", context)
    response.status_code = status
    return response


def _asked(request: HttpRequest, mission: Mission) -> Pair | None:
    """The pair that the address names."""
    names = [request.GET.get(name, "") for name in _NAMES]
    return _pair(request.user, mission, *names) if names[0] else None


def _pair(user: Any, mission: Mission, entry_id: str, firm_id: str, project_id: str) -> Pair | None:
    """A pair as the study compared it; one that it did not compare has no reasons."""
    names = (entry_id, firm_id, project_id)
    links = links_of(user, mission)
    link = next((each for each in links if (each.entry_id, each.firm_id, each.project_id) == names), None)
    bare = Link(
        entry_id=entry_id,
        partner="",
        firm_id=firm_id,
        project_id=project_id,
        outcome=Outcome.TO_CONFIRM,
        score=0,
        reasons=(),
    )
    return pair_of(user, mission, link or bare)


def done_of(request: HttpRequest, mission: Mission) -> dict[str, Any] | None:
    """What the last gesture did, from the journal: to be told, and undone."""
    found = last_gesture(request, mission, Kind.LINK)
    if found is None:
        return None
    together = Entry.objects.visible_to(request.user).of(mission).filter(gesture=found.gesture).count()
    if together > 1:
        return {"gesture": found.gesture, "words": f"{together} questions, en un geste", "undone": found.undone}
    change = change_of(found.entry)
    row = change.after if isinstance(change.after, core.LinkDecision) else None
    words = "question rouverte" if row is None else row.answer.label
    if change.path:
        words = "réponse changée"
    return {"gesture": found.gesture, "words": words, "undone": found.undone}


def _titles(user: Any, mission: Mission, refs: set[str]) -> dict[str, str]:
    return dict(Project.objects.visible_to(user).of(mission).filter(ref__in=refs).values_list("ref", "title"))
