"""Sittings planned, their agenda, members and files; what changed since the last one. The pilot writes, others read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from rebond.web.accounts.models import User
from rebond.web.committee import session_files
from rebond.web.committee.agenda import agenda_of, length_words, typed_points, write_agenda
from rebond.web.committee.aside import declared
from rebond.web.committee.attending import attendance_of, note_attendance, places_of, presence_of
from rebond.web.committee.closing import closing, seen_of
from rebond.web.committee.convening import convene, convening_of
from rebond.web.committee.freezing import freeze
from rebond.web.committee.interests import declare, subjects_of, who_may_declare
from rebond.web.committee.members import add_member, change_voting, end_member, members_of
from rebond.web.committee.models import Attendance, FrozenSitting, SessionDocument, Sitting
from rebond.web.committee.planning import cancel, change_plan, convened, hour_of, open_sitting, plan
from rebond.web.committee.since import since_last
from rebond.web.committee.sittings import ClosedError, StaleError, held, touched
from rebond.web.committee.tallies import count_votes, counting_of
from rebond.web.disclosure.disclosed import committee_of
from rebond.web.guard.heavy import heavy
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.access import SITTING, TEAM, for_roles, page, read_by, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.portfolio.session import lines_on_the_table
from rebond.web.portfolio.standing import standings

CONFLICT, UNREADABLE = 409, 422
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STALE = (
    "Quelqu’un a changé cette séance pendant que vous lisiez : rien n’est enregistré. Ce qu’elle est devenue est "
    "ci-dessous, et ce que vous avez écrit est resté dans le formulaire."
)
Sent = Mapping[str, str]


class _Act(Protocol):
    """What changes a sitting, or says what is wrong."""

    def __call__(self, sitting: Sitting, sent: Sent, /, *, by: User) -> dict[str, str]: ...


@require_http_methods(["GET", "HEAD", "POST"])
@read_by(SITTING)
def sittings(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Every sitting, those to come first; a POST plans one."""
    user, sent, errors, warning, status = cast(User, request.user), None, {}, "", 200
    if request.method == "POST":
        sent = request.POST.dict()
        try:
            done = plan(mission, sent, by=user)
        except ClosedError as closed:
            done, warning, status = {}, str(closed), CONFLICT
        if isinstance(done, Sitting):
            messages.success(request, "La séance est prévue. Son ordre du jour est proposé ci-dessous.")
            return redirect("committee:sitting", mission.slug, done.pk)
        errors, status = done, UNREADABLE if done else status
    rows = list(Sitting.objects.visible_to(user).of(mission).order_by("held_on", "starts_at", "pk"))
    context: dict[str, object] = {
        "ahead": [row for row in rows if row.frozen_at is None and row.cancelled_at is None],
        "frozen": [row for row in reversed(rows) if row.frozen_at is not None],
        "cancelled": [row for row in rows if row.cancelled_at is not None],
        "today": timezone.localdate(),
        "may_decide": may_decide and mission.archived_at is None,
        "errors": errors,
        "warning": warning,
        "kinds": Sitting.Kind.choices,
        "sent": sent or {"nature": Sitting.Kind.STEERING.value, "tenue_le": "", "delai": "10"},
    }
    response = page(request, mission, "committee/sittings.html", "sittings", context)
    response.status_code = status
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*SITTING)
def sitting(request: HttpRequest, mission: Mission, key: int) -> HttpResponse:
    """One sitting; a POST changes one part of it (``geste``)."""
    user = cast(User, request.user)
    row = get_object_or_404(Sitting.objects.visible_to(user).of(mission), pk=key)
    row.mission = mission
    if request.method != "POST":
        return sitting_page(request, mission, row)
    sent, gesture = request.POST.dict(), request.POST.get("geste", "")
    act, said = _act_of(mission, gesture)
    warning, status, errors = "", UNREADABLE, dict[str, str]()
    try:
        errors = act(row, sent, by=user)
    except StaleError:
        warning, status = STALE, CONFLICT
    except ClosedError as closed:
        warning, status = str(closed), CONFLICT
    if errors or warning:
        row = Sitting.objects.visible_to(user).of(mission).get(pk=key)
        row.mission = mission
        return sitting_page(
            request, mission, row, sent=sent, gesture=gesture, errors=errors, warning=warning, status=status
        )
    messages.success(request, said)
    if gesture == "geler":
        number = Sitting.objects.visible_to(user).of(mission).values_list("number", flat=True).get(pk=key)
        return redirect("committee:record", mission.slug, number)
    return redirect("committee:sitting", mission.slug, key)


def _act_of(mission: Mission, gesture: str) -> tuple[_Act, str]:
    """What a form does, and what is then said; 403 for who may not, 404 for no such form."""
    is_pilot = Role.PILOT in roles_in(mission)
    if gesture == "interet" and (is_pilot or Role.COMMITTEE in roles_in(mission)):

        @transaction.atomic
        def interest(row: Sitting, sent: Sent, *, by: User) -> dict[str, str]:
            held(row.mission)
            return declare(mission, sent, by=by, pilot=is_pilot, on=timezone.localdate())

        return interest, "Le déport est enregistré : il vaut dès maintenant."
    if not is_pilot:
        raise PermissionDenied
    if gesture not in _ACTS:
        raise Http404
    return _ACTS[gesture]


@transaction.atomic
def _freeze_technical(row: Sitting, sent: Sent, *, by: User) -> dict[str, str]:
    """Freeze a technical sitting as it is; one that decides is frozen on the committee's page."""
    now = touched(row, sent)
    if now.decides:
        return {"geler": "Un comité de pilotage se gèle sur la page « Geler », qui relit ses décisions."}
    now.mission = row.mission
    found = freeze(row.mission, by=by, seen=seen_of(closing(by, row.mission, now)), technical=now)
    return {"geler": " ".join(found)} if isinstance(found, list) else {}


_ACTS: Mapping[str, tuple[_Act, str]] = {
    "plan": (change_plan, "La séance est à jour."),
    "ordre": (write_agenda, "L’ordre du jour est enregistré."),
    "presences": (note_attendance, "Les présences sont notées."),
    "convoquee": (convened, "La convocation est notée."),
    "convoquer": (convene, "La convocation part, avec l’ordre du jour figé."),
    "voix": (count_votes, "Le décompte des voix est enregistré."),
    "annuler": (cancel, "La séance est annulée."),
    "ouvrir": (open_sitting, "La séance est ouverte : les décisions se prennent à l’écran du comité."),
    "document": (session_files.keep_file, "Le document est figé : rien n’en change plus."),
    "geler": (_freeze_technical, "La séance est gelée : rien n’en change plus."),
}
"""What a form of the page does."""


def sitting_page(
    request: HttpRequest,
    mission: Mission,
    row: Sitting,
    *,
    sent: Sent | None = None,
    gesture: str = "",
    errors: Mapping[str, str] | None = None,
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a sitting, with what was typed in one of its forms and what is wrong in it."""
    user = cast(User, request.user)
    roles = roles_in(mission)
    is_open = row.frozen_at is None and row.cancelled_at is None and mission.archived_at is None
    may_decide = Role.PILOT in roles and is_open
    points, came = agenda_of(user, row), attendance_of(row)
    wrong = errors or {}

    def typed(name: str) -> Sent | None:
        return sent if gesture == name else None

    committee = None if not TEAM.isdisjoint(roles) else committee_of(mission)
    table = lines_on_the_table(user, mission)
    people = who_may_declare(user, mission, pilot=Role.PILOT in roles) if is_open else []
    context: dict[str, object] = {
        "sitting": row,
        "hour": hour_of(row),
        "points": points,
        "length": length_words(points),
        "typed_points": typed_points(points, typed("ordre"), wrong) if may_decide else [],
        "places": places_of(user, row, came, typed("presences"), wrong),
        "states": Attendance.State.choices,
        "came": came,
        "presence": presence_of(row, came),
        "aside": declared(table, standings(user, mission), committee=committee),
        "may_declare": bool(people) and (Role.PILOT in roles or Role.COMMITTEE in roles),
        "people": people,
        "subjects": subjects_of(user, mission) if people else [],
        "documents": session_files.kept_for(mission, row),
        "made": session_files.made_files(),
        "counting": counting_of(user, row, typed("voix"), wrong) if may_decide and row.number and row.decides else [],
        "convening": convening_of(user, row) if may_decide and row.number is None else None,
        "record": FrozenSitting.objects.visible_to(user).of(mission).filter(number=row.number or 0).first()
        if row.frozen_at is not None
        else None,
        "since": since_last(mission, user, committee, with_studies=False) if row.frozen_at is None else None,
        "today": timezone.localdate(),
        "may_decide": may_decide,
        "is_pilot": Role.PILOT in roles,
        "errors": wrong,
        "gesture": gesture,
        "warning": warning,
        "plan": typed("plan") or _plan_of(row),
        "sent": sent or {},
    }
    response = page(request, mission, "committee/sitting.html", "sittings", context)
    response.status_code = status
    return response


def _plan_of(row: Sitting) -> dict[str, str]:
    return {
        "tenue_le": f"{row.held_on:%d/%m/%Y}",
        "heure": hour_of(row),
        "lieu": row.place,
        "visio": row.link,
        "presidence": row.chair,
        "quorum": "" if row.quorum is None else str(row.quorum),
        "delai": str(row.notice_days),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@read_by(SITTING)
def members(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Who sits; a POST adds someone without an account, says who votes, or that someone no longer sits."""
    user, errors, sent = cast(User, request.user), dict[str, str](), request.POST.dict()
    if request.method == "POST":
        who, gesture = sent.get("membre", ""), sent.get("geste", "")
        if gesture == "voix":
            change_voting(mission, who, voting=bool(sent.get("voix")), by=user)
        elif gesture == "fin":
            end_member(mission, who, by=user)
        else:
            errors = add_member(mission, sent, by=user)
        if not errors:
            messages.success(request, "La liste des membres est à jour.")
            return redirect("committee:members", mission.slug)
    context: dict[str, object] = {
        "members": members_of(user, mission),
        "may_decide": may_decide and mission.archived_at is None,
        "errors": errors,
        "sent": sent if errors else {"voix": "1"},
    }
    response = page(request, mission, "committee/members.html", "sittings", context)
    response.status_code = UNREADABLE if errors else 200
    return response


@require_safe
@read_by(SITTING)
def since(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """What changed since the last frozen sitting, as each reads it."""
    del may_decide
    committee = committee_of(mission) if TEAM.isdisjoint(roles_in(mission)) else None
    context: dict[str, object] = {"since": since_last(mission, cast(User, request.user), committee)}
    return page(request, mission, "committee/since.html", "sittings", context)


@require_safe
@for_roles(*SITTING)
@heavy
def convocation(request: HttpRequest, mission: Mission, key: int, kind: str) -> HttpResponse:
    """A file for a sitting as it would be today: for the team, who freezes it for the others."""
    if TEAM.isdisjoint(roles_in(mission)):
        raise PermissionDenied
    row = get_object_or_404(Sitting.objects.visible_to(request.user).of(mission), pk=key)
    row.mission = mission
    if kind not in session_files.MADE:
        raise Http404
    content = session_files.file_of(cast(User, request.user), row, kind)
    name = session_files.file_name(row, kind)
    _tell(request, mission, name)
    return _file(content, name)


@require_safe
@for_roles(*SITTING)
def document(request: HttpRequest, mission: Mission, key: int) -> HttpResponse:
    """A file frozen for a sitting, byte for byte."""
    found = get_object_or_404(SessionDocument.objects.visible_to(request.user).of(mission), pk=key)
    _tell(request, mission, f"{found.name}, {found.digest[:16]}")
    return _file(bytes(found.content), found.name)


def _tell(request: HttpRequest, mission: Mission, what: str) -> None:
    said = Note(kind="courriers", ref="seance", label=what)
    record(mission, [said], by=author_of(cast(User, request.user)), act=Act.EXPORTED)


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=DOCX, headers=headers)
