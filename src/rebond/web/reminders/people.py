"""Who is written to, and when: people who may sign in, have an address, and take part in a mission that goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from rebond.restitution.typography import listed, typeset
from rebond.web.accounts.models import User
from rebond.web.missions.access import missions_of, roles_in
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.reminders.models import Digest, Preference
from rebond.web.reminders.rule import DAYS, rule
from rebond.web.reminders.times import latest_due


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """When a person reads digests, and what not."""

    days: str
    hour: int
    silent: frozenset[str]
    since: datetime


def chosen_by(user: User) -> Chosen:
    """What a person chose, or the rule's own."""
    row = Preference.objects.filter(user=user).first()
    return _chosen(user, row)


def reminded_words(chosen: Chosen) -> str:
    """When a person is written to, as a sentence."""
    if not chosen.days:
        return "Vous ne recevez pas de rappels par courriel : ce qui vous attend reste sur le site."
    named = [DAYS[int(each)] for each in chosen.days]
    if len(named) == len(DAYS):
        when = "chaque jour"
    elif named == list(DAYS[:5]):
        when = "du lundi au vendredi"
    else:
        when = f"le {listed(named)}"
    return typeset(f"Ce qui vous attend vous est rappelé par courriel {when} à {chosen.hour} h, quand il y a à dire.")


def choose(user: User, *, now: datetime, **told: object) -> None:
    """Write what a person chose; what is not told stays."""
    held = chosen_by(user)
    values = {"days": held.days, "hour": held.hour, "silent": sorted(held.silent), "since": held.since}
    if ("days" in told and told["days"] != held.days) or ("hour" in told and told["hour"] != held.hour):
        values["since"] = now
    Preference.objects.update_or_create(user=user, defaults={**values, **told})


def parts_of(user: User) -> dict[Mission, frozenset[Role]]:
    """The missions that go on, write to people and that a person takes part in today, with the roles there."""
    if not user.is_active:
        return {}
    mine = missions_of(user)
    return {each: roles_in(each) for each in mine if each.archived_at is None and not each.letters_held}


def people_due(now: datetime) -> Iterator[tuple[User, datetime]]:
    """Whose hour came, within the grace, and whose digest of that day is not written yet."""
    zone, grace = timezone.get_default_timezone(), rule().grace
    people = User.objects.filter(is_active=True).exclude(email="")
    parts = Membership.objects.filter(user=OuterRef("pk")).in_missions(Mission.objects.current())
    preferences = {row.user_id: row for row in Preference.objects.all()}
    days = [(now - grace).astimezone(zone).date(), now.astimezone(zone).date()]
    written = set(Digest.objects.filter(day__in=days).values_list("user", "day"))
    for user in people.filter(Exists(parts)).order_by("pk"):
        held = _chosen(user, preferences.get(user.pk))
        due = latest_due(held.days, held.hour, now, zone)
        if due is None or now - due > grace or due < held.since or (user.pk, due.date()) in written:
            continue
        yield user, due


def _chosen(user: User, row: Preference | None) -> Chosen:
    if row is None:
        return Chosen(days=rule().days, hour=rule().hour, silent=frozenset(), since=user.date_joined)
    return Chosen(days=row.days, hour=row.hour, silent=frozenset(row.silent), since=row.since)
