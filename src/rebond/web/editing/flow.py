"""One way through every form: shown, typed, refused with its faults, in clash, saved; nothing typed is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from rebond.adapters.workbook.entry import EntryError, EntryFault, is_blank
from rebond.errors import FactsError
from rebond.history import Kind
from rebond.web.accounts.models import User
from rebond.web.editing import drafts
from rebond.web.editing.changing import wanted
from rebond.web.editing.clashes import SEEN, choices_in, clash_rows, position_seen
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.fields import Group, groups_of
from rebond.web.editing.gestures import ClashError, save
from rebond.web.editing.models import Draft, Sent
from rebond.web.editing.opened import Opened, Typed, name_cost_lines
from rebond.web.editing.parts import Part
from rebond.web.editing.pasting import Pasted, read_pasted
from rebond.web.editing.posted import Values, typed_rows
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import View, changing, page
from rebond.web.missions.models import Mission
from rebond.web.wording import ended

TOKEN = "jeton"  # noqa: S105 - the name of a control
SAVED = "Enregistré ; l’étude sera refaite."
UNCHANGED = "Rien n’a changé."


@dataclass(frozen=True, kw_only=True)
class Form:
    """A page where rows are typed."""

    title: str
    """The main title of the page."""
    section: str
    """The entry of the menu."""
    opened: Opened
    parts: tuple[Part, ...]
    done: Callable[[Mapping[Any, Any]], str]
    """The address that follows, from the rows that were wanted."""
    complete: Callable[[Typed], Typed] = lambda typed: typed
    """What the form writes by itself beside what is typed: references, marks."""
    check: Callable[[Typed], Sequence[EntryFault]] = lambda _: ()
    """Faults of the form that no reader of the workbook knows."""
    template: str = "editing/form.html"
    kicker: str = ""
    back: tuple[tuple[str, str], ...] = ()
    """Address and label of the pages above."""
    offered: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    is_new: bool = False
    lead: str = ""
    context: Mapping[str, object] = field(default_factory=dict)
    suggested: Typed | None = None
    """What it is first shown with, where that is not what the mission holds."""
    blank_lines: int = 1
    button: str = "Enregistrer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a form is shown with."""

    typed: Typed
    values: Values = field(default_factory=dict)
    """What was sent, as its controls were named."""
    faults: Sequence[EntryFault] = ()
    others: Sequence[str] = ()
    """Faults of the mission as a whole, in sentences."""
    blank_lines: int | None = None
    draft: Draft | None = None
    """What was typed before and not saved."""
    resumed: Draft | None = None
    pasted: Pasted | None = None


def editing_view(view: View) -> View:
    """A view of a form: for those who may change; a session that ended meanwhile loses nothing of what was sent."""
    inside = changing(view)

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return inside(request, **kwargs)
        back = request.get_full_path()
        if request.method == "POST" and drafts.keep(request, address=back):
            back = f"{request.path}?{with_draft(request)}"
        login = f"{reverse('accounts:login')}?{urlencode({'next': back})}"
        return HttpResponse(headers={"HX-Redirect": login}) if is_in_place(request) else redirect(login)

    return cast(View, login_not_required(wrapped))


def is_in_place(request: HttpRequest) -> bool:
    """Whether a piece of a page asks, and not a page."""
    return request.headers.get("HX-Request") == "true"


def run(request: HttpRequest, form: Form) -> HttpResponse:
    """Show the form, or take what was typed in it."""
    if request.method != "POST":
        return _first(request, form)
    gesture = request.POST.get("geste", "")
    address = request.get_full_path()
    if gesture == "oublier":
        drafts.forget(request, form.opened.mission, address)
        return redirect(address)
    values = drafts.typed_values(request.POST)
    typed = _typed(form, values)
    if gesture.startswith("ligne:"):
        typed = _with_line(typed, gesture.removeprefix("ligne:"))
        return _render(request, form, Shown(typed=typed, values=values, blank_lines=3))
    if gesture == "coller":
        pasted = read_pasted(request.POST.get("coller", ""))
        typed["depenses"] = [row for row in typed.get("depenses", []) if any(row.values())] + list(pasted.rows)
        return _render(request, form, Shown(typed=typed, values=values, pasted=pasted))
    return _save(request, form, typed, values)


def _first(request: HttpRequest, form: Form) -> HttpResponse:
    address = request.get_full_path()
    plain = without_draft(request)
    draft = drafts.draft_of(request, form.opened.mission, plain)
    if draft is not None and address != plain:
        return _render(request, form, Shown(typed=_typed(form, draft.typed), values=draft.typed, resumed=draft))
    return _render(request, form, Shown(typed=form.suggested or _start(form), draft=draft))


def _start(form: Form) -> Typed:
    return {sheet: [dict(row) for row in rows] for sheet, rows in form.opened.sheets.items()}


def _typed(form: Form, values: Values) -> Typed:
    """The rows of the form with what was typed in them; a sheet or a column that the form does not hold stays."""
    sent = typed_rows(values)
    typed = _start(form)
    for part in form.parts:
        given = sent.get(part.sheet)
        if given is None:
            continue
        if part.repeated:
            typed[part.sheet] = given
        else:
            held = typed.get(part.sheet) or [{}]
            typed[part.sheet] = [{**held[0], **given[0]}]
    for sheet in form.opened.own_sheets:
        if sheet in sent and sheet not in {part.sheet for part in form.parts}:
            typed[sheet] = sent[sheet]
    return typed


def _with_line(typed: Typed, sheet: str) -> Typed:
    """Rows without those that nobody filled: new ones come under them."""
    found = current_layout().sheet(sheet) if sheet in {each.key for each in current_layout().sheets} else None
    rows = typed.get(sheet, [])
    return {**typed, sheet: [row for row in rows if not is_blank(row, found)]} if found else typed


def _save(request: HttpRequest, form: Form, typed: Typed, values: Values) -> HttpResponse:
    mission = form.opened.mission
    user = cast(User, request.user)
    token = _uuid(request.POST.get(TOKEN, ""))
    try:
        with transaction.atomic():
            Mission.objects.select_for_update().filter(pk=mission.pk).first()
            sent = Sent.objects.visible_to(user).of(mission).filter(token=token).first() if form.is_new else None
            if sent is not None:
                return redirect(sent.address)
            rows = _wanted(form, typed)
            done = save(
                mission,
                rows,
                by=author_of(user),
                since=form.opened.since,
                taking=choices_in(request.POST.dict(), mission),
            )
            address = form.done(rows)
            if form.is_new:
                Sent.objects.create(mission=mission, token=token, address=address)
            drafts.forget(request, mission, without_draft(request))
    except EntryError as error:
        return _refused(request, form, Shown(typed=typed, values=values, faults=error.entered))
    except FactsError as error:
        others = [ended(str(fault)) for fault in error.faults]
        return _refused(request, form, Shown(typed=typed, values=values, others=others))
    except ClashError as error:
        return _in_clash(request, form, values, error)
    messages.success(request, SAVED if done.gesture else UNCHANGED)
    # A field in place: its whole sheet is shown again, with what follows from it.
    return HttpResponse(headers={"HX-Refresh": "true"}) if is_in_place(request) else redirect(address)


def _wanted(form: Form, typed: Typed) -> dict[tuple[Kind, str], Any]:
    complete = form.complete({sheet: [dict(row) for row in rows] for sheet, rows in typed.items()})
    lines = [row for row in complete.get("depenses", []) if not is_blank(row, current_layout().sheet("depenses"))]
    if lines:
        name_cost_lines(form.opened.mission, lines)
    faults = list(form.check(typed))
    try:
        rows = wanted(form.opened, complete)
    except EntryError as error:
        faults += error.entered
    if faults:
        raise EntryError(faults)
    return rows


def _refused(request: HttpRequest, form: Form, shown: Shown) -> HttpResponse:
    drafts.keep(request, address=without_draft(request))
    return _render(request, form, shown)


def _in_clash(request: HttpRequest, form: Form, values: Values, error: ClashError) -> HttpResponse:
    drafts.keep(request, address=without_draft(request))
    mission = form.opened.mission
    context = {
        "form": form,
        "clashes": clash_rows(mission, error.conflicts, form.opened.since),
        "seen": position_seen(mission),
        "sent": [
            (name, value)
            for name, given in values.items()
            for value in given
            if name != SEEN and not name.startswith("choix:")
        ],
        "author": drafts.token_of(cast(User, request.user), mission, without_draft(request)),
        "address": without_draft(request),
    }
    response = page(request, mission, "editing/clash.html", form.section, context)
    if is_in_place(request):
        response["HX-Retarget"] = response["HX-Reselect"] = "#contenu"
    return response


def _render(request: HttpRequest, form: Form, shown: Shown) -> HttpResponse:
    mission = form.opened.mission
    where = without_draft(request)
    blank = form.blank_lines if shown.blank_lines is None else shown.blank_lines
    groups = groups_of(form.parts, shown.typed, shown.faults, offered=form.offered, blank_lines=blank)
    context = {
        "form": form,
        "groups": groups,
        "faults": _summary(groups, shown.faults),
        "others": shown.others,
        "since": _last(shown.values, drafts.SINCE) or form.opened.since,
        "token": _last(shown.values, TOKEN) or uuid.uuid4(),
        "author": drafts.token_of(cast(User, request.user), mission, where),
        "address": where,
        "draft": shown.draft,
        "resumed": shown.resumed,
        "resume_query": with_draft(request),
        "pasted": shown.pasted,
        "typed": shown.typed,
        # A link to a folded part asks for it: an anchor alone unfolds nothing.
        "unfolded": request.GET.get("ouvrir", ""),
        **form.context,
    }
    return page(request, mission, form.template, form.section, context)


def _summary(groups: Sequence[Group], faults: Sequence[EntryFault]) -> list[tuple[str, str, str]]:
    """Id of the control, label and message of each fault; a fault without control keeps its words."""
    fields = {
        field.name: (field, f"ligne {line.number + 1}, " if line else "")
        for group in groups
        for field, line in (
            *((field, None) for field in group.fields),
            *((field, line) for line in group.lines for field in line.fields),
        )
    }
    rows = []
    for fault in faults:
        name = f"{fault.sheet}.{fault.row}.{fault.column}"
        found, place = fields.get(name, (None, ""))
        message = " ".join(ended(part) for part in (fault.problem, fault.mend))
        rows.append((found.id if found else "", f"{place}{found.label if found else fault.title}", message))
    return rows


def _last(values: Values, name: str) -> str:
    given = values.get(name, ())
    return given[-1] if given else ""


def since_of(request: HttpRequest, now: int) -> int:
    """The position of the journal that a form was opened at: what it carries, or its draft."""
    text = request.POST.get(drafts.SINCE, "")
    return min(int(text), now) if text.isdecimal() and len(text) < _LONGEST_NUMBER else now


_LONGEST_NUMBER = 18


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def without_draft(request: HttpRequest) -> str:
    """The address of the form itself."""
    query = request.GET.copy()
    query.pop("brouillon", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def with_draft(request: HttpRequest) -> str:
    """The query that shows a form with what was kept of it."""
    query = request.GET.copy()
    query["brouillon"] = "1"
    return query.urlencode()
