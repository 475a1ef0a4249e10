"""One referral: what was sent, the organisation's part of the plan, what was said since, the thread, the files."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from rebond.errors import DataError, FactsError, Fault
from rebond.facts import ReferralState
from rebond.indicators.breakdowns import slug
from rebond.referrals.followed import CLOSED, Side, next_states
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import organisation_name
from rebond.web.disclosure.disclosed import code_of, shown_to
from rebond.web.files.models import Attachment
from rebond.web.files.storing import LostFileError, proofs, read, rules
from rebond.web.files.views import as_file, attach_sent
from rebond.web.guard.heavy import heavy
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, Note, author_of, record
from rebond.web.missions.access import TEAM, Part, for_roles, page, parts_in, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.readings.middleware import note
from rebond.web.readings.models import Kind, What
from rebond.web.referrals.discretion import refused, tells
from rebond.web.referrals.gestures import StepError, add_step
from rebond.web.referrals.letters import send_letters
from rebond.web.referrals.models import Audience, Message, SentReferral
from rebond.web.referrals.papers import paper_letter
from rebond.web.referrals.reading import Line, dispositif_title, lines_for_organisations, lines_for_team, named_to
from rebond.web.referrals.stepping import Typed, read_said
from rebond.web.referrals.thread import LONGEST, fault_of, offered, write
from rebond.web.row_numbers import number_in
from rebond.web.stationery.kinds import WORD_MIME
from rebond.web.wording import ended

_UNREADABLE, _GONE, _CONFLICT = 422, 410, 409
of_both = for_roles(Role.PILOT, Role.CONSULTANT, Role.PARTNER)


@require_http_methods(["GET", "HEAD", "POST"])
@of_both
def one(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The page of a referral; a POST adds a step, a message or a file."""
    line, sides, part = _found(request, mission, ref)
    shown: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        if mission.archived_at is not None:
            raise PermissionDenied
        gesture = request.POST.get("geste", "")
        acts = {"etape": _step, "message": _message, "piece": _file}
        if gesture not in acts:
            raise Http404
        shown = acts[gesture](request, mission, line, sides, part)
        if not shown:
            return redirect("referrals:one", mission.slug, ref)
        status = shown.pop("status", _UNREADABLE)
    response = page(
        request, mission, "referrals/one.html", _section(sides), _context(request, mission, line, sides, part, shown)
    )
    response.status_code = status
    return response


@require_safe
@of_both
def file(request: HttpRequest, mission: Mission, ref: str, pk: int) -> HttpResponse:
    """A file of a referral, for the organisation as for the team."""
    line, _, _ = _found(request, mission, ref)
    rows = Attachment.objects.visible_to(request.user).of(mission).filter(owner=Attachment.Owner.REFERRAL, ref=ref)
    row = get_object_or_404(rows, pk=pk)
    try:
        content = read(row)
    except LostFileError:
        response = page(request, mission, "files/lost.html", "referrals", {"attachment": row, "back": request.path})
        response.status_code = _GONE
        return response
    note(request, Kind.PROJECT, line.row.project.ref, "Pièce d’une orientation", What.TAKEN)
    return as_file(row, content, name=_name_of(row, line))


@require_safe
@for_roles(Role.PILOT, Role.CONSULTANT)
@heavy
def paper(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The letter on paper to the organisation of a referral, about all those that wait for its answer, this one first.

    Each is told as its people are told it, whoever asks for the letter.
    """
    rows = SentReferral.objects.visible_to(request.user).of(mission)
    asked = get_object_or_404(rows, ref=ref)
    code, today = asked.organisation, timezone.localdate()
    every = lines_for_organisations(mission, rows.filter(organisation=code), [code], today)
    lines = [each for each in every if each.ref == ref]
    lines += [each for each in every if each.ref != ref and each.state.waits_for_answer]
    by = author_of(cast(User, request.user))
    for each in lines:
        note(request, Kind.PROJECT, each.row.project.ref, "Courrier à un organisme", What.TAKEN)
    said = Note(kind="courrier", ref=ref, label=f"Courrier à {lines[0].organisation}, {len(lines)} projet(s)")
    record(mission, [said], by=by, act=Act.EXPORTED)
    response = HttpResponse(paper_letter(mission, lines, by=by), content_type=WORD_MIME)
    response["Content-Disposition"] = f'attachment; filename="courrier-{slug(code)}-{ref}.docx"'
    return response


def _name_of(row: Attachment, line: Line) -> str:
    """How a file is named to who reads the page."""
    return row.name if line.told(row.name) == row.name else f"piece-{row.pk}{PurePath(row.name).suffix}"


def _gives_away(line: Line, sides: frozenset[Side], *texts: str) -> str:
    """What is wrong with words that the team would have the organisation read; empty when nothing is."""
    if Side.MISSION not in sides:
        return ""
    named = named_to(line.row)
    told = not named.named and any(tells(each, line.row.project) for each in texts)
    return refused([named.name]) if told else ""


def _found(request: HttpRequest, mission: Mission, ref: str) -> tuple[Line, frozenset[Side], Part | None]:
    """The referral as the person is told it, the sides that he or she is of; 404 for one that is not for them."""
    rows = SentReferral.objects.visible_to(request.user).of(mission).filter(ref=ref)
    today = timezone.localdate()
    team = not roles_in(mission).isdisjoint(TEAM)
    partners = {part.code: part for part in parts_in(mission) if part.role == Role.PARTNER and part.code}
    lines = lines_for_team(rows, today) if team else lines_for_organisations(mission, rows, sorted(partners), today)
    if not lines:
        raise Http404
    line = lines[0]
    part = partners.get(line.row.organisation)
    sides = {Side.MISSION} if team else set()
    if part is not None:
        sides.add(Side.ORGANISATION)
    if team or line.named.named:
        note(request, Kind.PROJECT, line.row.project.ref, "Orientation")
    else:
        note(request, Kind.PROJECT, line.row.project.ref, "Orientation, sous un nom de code")
    return line, frozenset(sides), part


def _section(sides: frozenset[Side]) -> str:
    return "referrals" if Side.MISSION in sides else "inbox"


def _side(sides: frozenset[Side]) -> Side:
    """The mission's rules hold for who is of both: it may say all that an organisation may."""
    return Side.MISSION if Side.MISSION in sides else Side.ORGANISATION


def _author(request: HttpRequest, part: Part | None, sides: frozenset[Side]) -> tuple[Author, str]:
    """Who acts, and how a step names it."""
    user = cast(User, request.user)
    by = author_of(user)
    if Side.MISSION in sides or part is None:
        return by, by.said
    return by, f"{by.said} ({part.named})"


def _step(
    request: HttpRequest, mission: Mission, line: Line, sides: frozenset[Side], part: Part | None
) -> dict[str, Any]:
    today = timezone.localdate()
    sent = {key: request.POST.get(key, "") for key in request.POST}
    typed = read_said(sent, line.followed, _side(sides), today)
    if fault := _gives_away(line, sides, sent.get("motif", "")):
        typed.errors.setdefault("motif", fault)
    if typed.said is None or typed.errors:
        return {"step": typed}
    by, signed = _author(request, part, sides)
    try:
        seen = sent.get("vu", "")
        step = add_step(mission, line.ref, typed.said, by=by, side=_side(sides), on=today, signed=signed, seen=seen)
    except StepError as error:
        # Someone said something else while the page was open: what was typed stays, beside what the page now says.
        typed.errors["etat"] = " ".join(ended(each) for each in error.fields.values())
        return {"step": typed, "status": _CONFLICT}
    except FactsError as error:
        typed.errors["etat"] = " ".join(ended(each.problem) for each in error.faults)
        return {"step": typed}
    messages.success(request, typeset(f"Noté : « {step.state.label} ». La mission et l’organisation le voient."))
    if step.state is ReferralState.SENT:
        _letters(request, mission, line, by, step.reason if line.state is ReferralState.ASKED else "")
    return {}


def _letters(request: HttpRequest, mission: Mission, line: Line, by: Author, reply: str) -> None:
    """Sent again: its letter leaves once more, with what the organisation asked for."""
    rows = SentReferral.objects.visible_to(request.user).of(mission).filter(ref=line.ref)
    lines = lines_for_organisations(mission, rows, [line.row.organisation], timezone.localdate())
    left = send_letters(mission, lines, by=by, absolute=request.build_absolute_uri, again=True, reply=reply)
    if left:
        messages.success(request, typeset(f"{left} lettre{'s partent' if left > 1 else ' part'}."))
    else:
        messages.warning(request, "Aucune lettre ne part : cette organisation n’a pas d’adresse ici.")


def _message(
    request: HttpRequest, mission: Mission, line: Line, sides: frozenset[Side], part: Part | None
) -> dict[str, Any]:
    del mission
    text, asked = request.POST.get("texte", "").replace("\r\n", "\n"), request.POST.get("audience", "")
    errors = {}
    if fault := fault_of(text):
        errors["texte"] = fault
    audience = next((each for each in offered(sides) if each == asked), None)
    if audience is None:
        errors["audience"] = "Dites qui lira ce message."
    if audience is Audience.SHARED and (fault := _gives_away(line, sides, text)):
        errors.setdefault("texte", fault)
    if errors or audience is None:
        return {"message": {"texte": text, "audience": asked}, "message_errors": errors}
    by, signed = _author(request, part, sides)
    write(line.row, text, audience, by=by, signed=signed, seen=number_in(request.POST.get("vu", "")))
    messages.success(request, typeset(f"Message écrit, lu par : {audience.label}."))
    return {}


def _file(
    request: HttpRequest, mission: Mission, line: Line, sides: frozenset[Side], part: Part | None
) -> dict[str, Any]:
    del part
    proves, said = request.POST.get("prouve", ""), request.POST.get("precision", "").strip()
    known = proofs(Attachment.Owner.REFERRAL)
    file = request.FILES.get("fichier")
    if fault := _gives_away(line, sides, said, (file.name or "") if file else ""):
        told = Fault(where="fichier", problem=fault, mend="renommer le fichier, ou changer la précision")
        return {"faults": [told], "proves": proves, "note": said}
    try:
        attach_sent(request, mission, Attachment.Owner.REFERRAL, line.ref, known, proves, said)
    except DataError as error:
        return {"faults": error.faults, "proves": proves, "note": said}
    messages.success(request, "Pièce jointe : la mission et l’organisation la voient.")
    return {}


def _context(
    request: HttpRequest,
    mission: Mission,
    line: Line,
    sides: frozenset[Side],
    part: Part | None,
    shown: dict[str, Any],
) -> dict[str, Any]:
    user, side = request.user, _side(sides)
    row = line.row
    states = set(next_states(line.followed, side))
    for each in row.dispositifs:
        states |= set(next_states(line.followed, side, each))
    told_to = part or Part(role=Role.PARTNER, organisation=_number(row.organisation), code=row.organisation)
    disclosed = next(iter(shown_to(mission, told_to, key=code_of(row.project))), None)
    files = Attachment.objects.visible_to(user).of(mission).filter(owner=Attachment.Owner.REFERRAL, ref=row.ref)
    messages_read = list(Message.objects.visible_to(user).filter(referral=row))
    known = proofs(Attachment.Owner.REFERRAL)
    return {
        "line": line,
        "team": Side.MISSION in sides,
        "organisation": organisation_name(row.organisation),
        "disclosed": disclosed,
        "steps": [
            (each, dispositif_title(each.dispositif) if each.dispositif else "", line.told(each.reason))
            for each in line.followed.steps
        ],
        "states": [each for each in ReferralState if each in states],
        "dispositifs": [(each, dispositif_title(each)) for each in row.dispositifs],
        "reopening": line.state is CLOSED,
        "totals": line.followed.totals,
        "messages_read": [(each, line.told(each.text)) for each in messages_read],
        "last_message": max((each.pk for each in messages_read), default=0),
        "audiences": offered(sides),
        "mute": Audience.SHARED,
        "longest": LONGEST,
        "files": [
            (each, typeset(known.get(each.proves, each.proves)), _name_of(each, line), line.told(each.note))
            for each in files
        ],
        "proofs": [(code, typeset(label)) for code, label in known.items()],
        "accept": ",".join(f".{each}" for each in rules().types),
        "archived": mission.archived_at is not None,
        "step": Typed(values={}),
        "message": {"texte": "", "audience": ""},
        "message_errors": {},
        "faults": (),
        "proves": "",
        "note": "",
        **shown,
    }


def _number(code: str) -> int | None:
    return Organisation.objects.filter(code=code).values_list("pk", flat=True).first()
