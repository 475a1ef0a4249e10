"""The text of a digest: what awaits a person, mission by mission, and where to go; no amount, no reason, no comment.

A letter is kept where nobody looks after it. So each line says what is asked and of what, as the person may read it on
the site, and the page says the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from rebond.restitution.confidences import confidences
from rebond.web.accounts.models import User
from rebond.web.desk.tasks import Task
from rebond.web.desk.waiting import awaiting
from rebond.web.mail import letter
from rebond.web.missions.models import Mission
from rebond.web.reminders.choosing import Due, Matter, due_on, matter_of, past_of
from rebond.web.reminders.models import Digest, Told
from rebond.web.reminders.people import chosen_by, parts_of
from rebond.web.reminders.rule import rule
from rebond.web.reminders.stopping import stop_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is told of one mission."""

    mission: Mission
    found: Sequence[Due]

    @property
    def url(self) -> str:
        """Where the person sees it all."""
        return f"{settings.SITE}{self.mission.get_absolute_url()}"

    @property
    def shown(self) -> Sequence[Due]:
        """The lines of the letter, the late ones first."""
        return self.found[: rule().lines]

    @property
    def late(self) -> list[str]:
        """Lines of what is past its day."""
        return [_line(each) for each in self.shown if each.task.late]

    @property
    def others(self) -> list[str]:
        """Lines of the rest."""
        return [_line(each) for each in self.shown if not each.task.late]

    @property
    def more(self) -> int:
        """How many the letter does not show."""
        return len(self.found) - len(self.shown)


def found_for(user: User, at: datetime) -> list[Part]:
    """What is to be told to a person at that moment; nothing of missions that he or she left."""
    on, silent = timezone.localdate(at), chosen_by(user).silent
    parts = parts_of(user)
    rows = Told.objects.filter(user=user, mission_id__in=[each.pk for each in parts])
    told: dict[int, list[tuple[Matter, str, date]]] = {}
    for row in rows:
        told.setdefault(row.mission_id, []).append((Matter(row.kind, row.matter), row.period, row.on))
    found = []
    for mission, roles in parts.items():
        past = past_of(told.get(mission.pk, ()))
        due = list(due_on(on, awaiting(user, mission, roles, on), past, rule=rule(), silent=silent))
        if due:
            found.append(Part(mission=mission, found=due))
    return found


def still_found(digest: Digest, at: datetime) -> list[Part]:
    """What a digest told that still awaits its person: the same letter, without what was settled meanwhile.

    Nothing for who asked meanwhile to be written to no more, or has no address any more.
    """
    on, chosen = timezone.localdate(at), chosen_by(digest.user)
    if not chosen.days or not digest.user.email:
        return []
    rows = {(row.mission_id, row.kind, row.matter): row.period for row in digest.told.all()}
    found = []
    for mission, roles in parts_of(digest.user).items():
        due = [
            Due(task=task, matter=matter, period=period)
            for task, matter in _once(awaiting(digest.user, mission, roles, on))
            if (period := rows.get((mission.pk, matter.kind, matter.key))) and matter.kind not in chosen.silent
        ]
        if due:
            found.append(Part(mission=mission, found=due))
    return found


def written(user: User, digest: Digest, parts: Collection[Part]) -> EmailMessage:
    """The letter, named and dated as its digest is: written twice, it is one letter."""
    every = [each for part in parts for each in part.found]
    late = sum(each.task.late for each in every)
    waiting, of_which = _counted(len(every), "chose vous attend", "choses vous attendent"), _of_which(late, len(every))
    stop = f"{settings.SITE}{stop_path(user)}"
    context = {
        "parts": parts,
        "waiting": f"{waiting} sur Rebond{of_which}.",
        "choices": f"{settings.SITE}{reverse('reminders:choices')}",
        "stop": stop,
    }
    message = letter(user.email, f"Rebond : {waiting}{of_which}", "reminders/digest.txt", context)
    message.extra_headers = {
        "Message-ID": digest.message_id,
        "Date": format_datetime(timezone.localtime(digest.made_at)),
        # RFC 8058: a POST to that address stops the letters, without another question.
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        # RFC 3834: nobody's absence message answers it.
        "Auto-Submitted": "auto-generated",
    }
    return message


def _once(tasks: Iterable[Task]) -> Iterator[tuple[Task, Matter]]:
    seen: set[Matter] = set()
    for task in tasks:
        matter = matter_of(task, rule())
        if matter not in seen:
            seen.add(matter)
            yield task, matter


def _line(due: Due) -> str:
    task, kind = due.task, rule().kinds[due.matter.kind].label
    when = ""
    if task.due is not None:
        when = f", depuis le {task.due:%d/%m/%Y}" if task.late else f", pour le {task.due:%d/%m/%Y}"
    return f"{task.verb} : {confidences().discreet(task.subject)}{when} ({kind})\n  {settings.SITE}{task.url}"


def _of_which(late: int, every: int) -> str:
    """What is late, at the end of a sentence."""
    if not late:
        return ""
    if late < every:
        return f", dont {late} en retard"
    return ", en retard" if every == 1 else ", toutes en retard"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
