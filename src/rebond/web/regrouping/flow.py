"""One way through these pages: shown, chosen, refused with what lacks, shown again when others changed it, done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from rebond.errors import FactsError
from rebond.facts import Census
from rebond.regrouping import Lack
from rebond.web.accounts.models import User
from rebond.web.editing import drafts
from rebond.web.editing.flow import since_of, with_draft, without_draft
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.editing.opened import Key, facts_of
from rebond.web.editing.posted import Values
from rebond.web.editing.withdrawing import LONGEST_REASON
from rebond.web.journal.models import Entry
from rebond.web.journal.reading import OF_NO_FACT, Gesture, gestures_of
from rebond.web.journal.writing import Author, author_of
from rebond.web.missions.access import page
from rebond.web.missions.models import Mission
from rebond.web.regrouping.words import control_id
from rebond.web.wording import ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a person chose so far; ``None`` of ``values``: the page is opened for the first time."""

    values: Values | None
    reader: User
    """Who is shown the page; in a session of help, the person helped."""
    by: Author
    on: date
    reason: str = ""

    def one(self, name: str, default: str = "") -> str:
        """The value of a control; ``default`` before anything was chosen."""
        if self.values is None:
            return default
        given = self.values.get(name, ())
        return given[-1].strip() if given else ""

    def many(self, name: str, default: Collection[str] = ()) -> list[str]:
        """The values of a group of boxes."""
        return list(default) if self.values is None else list(self.values.get(name, ()))

    def all_of(self, prefix: str) -> dict[str, str]:
        """Key → value of the controls whose name begins so."""
        values = self.values or {}
        return {
            name.removeprefix(prefix): given[-1] for name, given in values.items() if name.startswith(prefix) and given
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is chosen makes these rows, or lacks this."""

    context: Mapping[str, Any]
    keys: Collection[Key] = ()
    """The rows that the page shows or changes: what others change on them is shown before anything is done."""
    rows: Mapping[Key, Any] = field(default_factory=dict)
    lacks: Sequence[Lack] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    """Key of a lack → what people call it."""
    prevented: Sequence[Any] = ()
    """Why nothing can be done at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A page of this sort."""

    mission: Mission
    title: str
    kicker: str
    section: str
    template: str
    back: tuple[tuple[str, str], ...]
    done: str
    """The address that follows."""
    said: str
    """What is told there."""
    button: str
    compute: Callable[[Census, Chosen], Outcome]


def run(request: HttpRequest, screen: Screen) -> HttpResponse:
    """Show what can be chosen, or do it."""
    mission, address = screen.mission, without_draft(request)
    if request.method == "POST":
        if request.POST.get("geste") == "oublier":
            drafts.forget(request, mission, address)
            return redirect(address)
        return _sent(request, screen)
    draft = drafts.draft_of(request, mission, address)
    resumed = draft if draft is not None and request.get_full_path() != address else None
    values = resumed.typed if resumed is not None else None
    now = journal_position(mission)
    outcome = screen.compute(facts_of(mission), _chosen(request, values))
    kept = None if resumed else draft
    return _render(request, screen, outcome, values, since=now, draft=kept, resumed=resumed)


def _chosen(request: HttpRequest, values: Values | None) -> Chosen:
    given = (values or {}).get("motif", ())
    reason = given[-1].strip() if given else ""
    reader = cast(User, request.user)
    return Chosen(values=values, reader=reader, by=author_of(reader), on=timezone.localdate(), reason=reason)


def _sent(request: HttpRequest, screen: Screen) -> HttpResponse:
    mission, values = screen.mission, drafts.typed_values(request.POST)
    chosen = _chosen(request, values)
    with transaction.atomic():
        Mission.objects.select_for_update().filter(pk=mission.pk).first()
        now = journal_position(mission)
        outcome = screen.compute(facts_of(mission), chosen)
        if request.POST.get("geste") != "enregistrer":
            return _render(request, screen, outcome, values, since=since_of(request, now))
        meanwhile = _meanwhile(request, mission, outcome.keys, since_of(request, now))
        lacks = [*outcome.lacks, *_of_reason(chosen.reason)]
        faults: tuple[str, ...] = ()
        if not (meanwhile or lacks or outcome.prevented):
            try:
                with transaction.atomic():
                    save(mission, outcome.rows, by=chosen.by, since=now, reason=chosen.reason)
            except FactsError as error:
                faults = tuple(ended(str(fault)) for fault in error.faults)
            except ClashError as error:
                faults = (ended(str(error)),)
            else:
                drafts.forget(request, mission, without_draft(request))
                messages.success(request, screen.said)
                return redirect(screen.done)
        drafts.keep(request, address=without_draft(request))
    return _render(request, screen, outcome, values, since=now, lacks=lacks, meanwhile=meanwhile, others=faults)


def _of_reason(reason: str) -> list[Lack]:
    if not reason:
        return [Lack(key="motif", problem="le motif manque", mend="écrire pourquoi : le journal le garde")]
    if len(reason) > LONGEST_REASON:
        return [Lack(key="motif", problem="le motif est trop long", mend=f"{LONGEST_REASON} caractères au plus")]
    return []


def _meanwhile(request: HttpRequest, mission: Mission, keys: Collection[Key], since: int) -> tuple[Gesture, ...]:
    """What others did on these rows while the page was read."""
    wanted = {(kind.value, ref) for kind, ref in keys}
    rows = Entry.objects.visible_to(request.user).of(mission).filter(position__gt=since)
    later = rows.exclude(act__in=OF_NO_FACT).order_by("position")
    return gestures_of([entry for entry in later if (entry.kind, entry.ref) in wanted])


def _render(
    request: HttpRequest,
    screen: Screen,
    outcome: Outcome,
    values: Values | None,
    *,
    since: int,
    lacks: Sequence[Lack] = (),
    **others: Any,
) -> HttpResponse:
    mission, address = screen.mission, without_draft(request)
    labels = {"motif": "Motif", **outcome.labels}
    context = {
        "screen": screen,
        "since": since,
        "address": address,
        "author": drafts.token_of(cast(User, request.user), mission, address),
        "resume_query": with_draft(request),
        "reason": (values or {}).get("motif", ("",))[-1],
        "faults": [
            (control_id(lack.key), labels.get(lack.key, lack.key), " ".join(map(ended, (lack.problem, lack.mend))))
            for lack in lacks
        ],
        "wrong": {lack.key: " ".join(map(ended, (lack.problem, lack.mend))) for lack in lacks},
        "prevented": [(labels.get(each.key, ""), ended(each.problem), ended(each.mend)) for each in outcome.prevented],
        **outcome.context,
        **others,
    }
    return page(request, mission, screen.template, screen.section, context)
