"""What was decided of partners' lines, as a list: filters, export, and several questions reopened with one reason."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rebond.history import ABSENT, Kind
from rebond.history.changes import link_ref
from rebond.web.accounts.models import User
from rebond.web.desk.filters import UNKNOWN, counted
from rebond.web.desk.lists import Column, Listing, export, tools
from rebond.web.editing.decided import fault_of_reason, position_sent, told_at
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.linkage.models import LinkDecision
from rebond.web.linkage.telling import Told, told_of
from rebond.web.linkage.views import done_of
from rebond.web.missions.access import TEAM, page, read_by
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of
from rebond.web.search_text import plain, words_sought

_CONFLICT, _UNREADABLE = 409, 422
_MEANWHILE = "Une des réponses cochées a changé pendant que vous lisiez : rien n’est rouvert. Relisez, puis recochez."
_STILL = {True: ("oui", "Au recensement"), False: ("non", "N’est plus au recensement")}
LISTING = Listing(
    name="rapprochements",
    title="Rapprochements décidés",
    view="linkage:decided",
    default_sort="date",
    sorts={"date": "on"},
    columns=(
        Column(key="ligne", label="Ligne du partenaire", value=lambda row: row.line, fixed=True),
        Column(key="recensement", label="Recensement", value=lambda row: row.subject, fixed=True),
        Column(key="reponse", label="Réponse", value=lambda row: row.decision.get_answer_display()),
        Column(key="motif", label="Motif", value=lambda row: row.decision.reason),
        Column(key="par", label="Par qui", value=lambda row: row.decision.by or None),
        Column(key="le", label="Le", value=lambda row: row.decision.on),
        Column(key="compte", label="Au recensement", value=lambda row: "oui" if row.is_whole else "non"),
        Column(key="entreprise", label="Réf. entreprise", value=lambda row: row.decision.firm_ref, default=False),
        Column(key="projet", label="Réf. projet", value=lambda row: row.decision.project_ref, default=False),
    ),
)


@read_by(TEAM)
def decided(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """What was decided, the latest first; a POST reopens the ticked questions."""
    if request.method == "POST":
        return _reopened(request, mission)
    return _shown(request, mission, may_decide=may_decide)


def _shown(
    request: HttpRequest, mission: Mission, *, may_decide: bool, warning: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    rows = LinkDecision.objects.visible_to(request.user).of(mission).order_by("-on", "-pk")
    every = told_of(request.user, mission, list(rows))
    asked = {name: request.GET.get(name, "") for name in ("reponse", "par", "compte")}
    filters = (
        counted(
            "reponse",
            "Réponse",
            ((r.decision.answer, r.decision.get_answer_display()) for r in every),
            asked["reponse"],
        ),
        counted("par", "Par qui", ((r.decision.by, r.decision.by) for r in every), asked["par"]),
        counted("compte", "Recensement", (_STILL[r.is_whole] for r in every), asked["compte"]),
    )
    words = words_sought(request.GET.get("q", ""))
    kept = [row for row in every if _is_kept(row, asked, words)]
    file = export(LISTING, request, mission, kept)
    context = {
        **tools(LISTING, request, mission),
        "page": page_of(request, kept),
        "total": len(every),
        "q": request.GET.get("q", "").strip(),
        "filters": filters,
        "active": [one for one in filters if one.value],
        "picked": set(request.POST.getlist("lien")),
        "reason": request.POST.get("motif", ""),
        "may_decide": may_decide,
        "done": done_of(request, mission),
        "position": journal_position(mission) if may_decide else 0,
        "longest": LONGEST_REASON,
        "warning": warning,
        "error": error,
    }
    response = file or page(request, mission, "linkage/decided.html", "linkage", context)
    if not file:
        response.status_code = status
    return response


def _is_kept(row: Told, asked: dict[str, str], words: list[str]) -> bool:
    held = {"reponse": row.decision.answer, "par": row.decision.by or UNKNOWN, "compte": _STILL[row.is_whole][0]}
    if any(value and held[name] != value for name, value in asked.items()):
        return False
    text = plain(f"{row.line} {row.subject} {row.decision.reason}")
    return all(word in text for word in words)


def _reopened(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Withdraw the ticked answers, with one reason, in one gesture: all or none."""
    user, ticked = cast(User, request.user), set(request.POST.getlist("lien"))
    reason = request.POST.get("motif", "").strip()
    rows = LinkDecision.objects.visible_to(user).of(mission).values_list("entry_ref", "firm_ref", "project_ref")
    if ticked - {link_ref(*row) for row in rows}:
        return _shown(request, mission, may_decide=True, warning=_MEANWHILE, status=_CONFLICT)
    error = fault_of_reason(reason, "Dites pourquoi ces questions sont rouvertes.")
    if not ticked:
        error = "Cochez au moins une réponse."
    if error:
        return _shown(request, mission, may_decide=True, error=error, status=_UNREADABLE)
    wanted = {(Kind.LINK, ref): ABSENT for ref in ticked}
    try:
        done = save(mission, wanted, by=author_of(user), since=position_sent(request), act=Act.DECIDED, reason=reason)
    except ClashError:
        return _shown(request, mission, may_decide=True, warning=_MEANWHILE, status=_CONFLICT)
    return told_at(request, reverse("linkage:decided", args=[mission.slug]), done)
