"""Referrals as lists and pages read them: rows with their steps, told to a reader under the names that it may know."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from django.db.models import QuerySet

from rebond.facts import UNKNOWN, Maybe, ReferralState
from rebond.facts.followed import Followed
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.disclosure.disclosed import Named, names_for
from rebond.web.missions.models import Mission
from rebond.web.organisations.models import Organisation
from rebond.web.referrals.discretion import veiled
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.standing import with_steps

V = TypeVar("V")
ANSWER_AWAITED = "Dire si ce projet est pour vous, et ce qu'il vous faut pour l'instruire"
"""What is asked of whoever is sent a project: the next step of a study is its firm's, or the mission's."""


class Situation(enum.StrEnum):
    """What a referral asks for, and of whom."""

    LATE = "retard"
    TO_ANSWER = "a_repondre"
    ASKED = "precisions"
    UNDER_WAY = "en_cours"
    CLOSED = "close"

    @property
    def label(self) -> str:
        """As filters say it."""
        return {
            "retard": "En retard",
            "a_repondre": "À répondre",
            "precisions": "Précisions demandées",
            "en_cours": "En cours",
            "close": "Terminées",
        }[self.value]

    @property
    def of_one(self) -> str:
        """The same of one alone."""
        return "Terminée" if self is Situation.CLOSED else self.label

    @property
    def rank(self) -> int:
        """The most urgent first."""
        return list(Situation).index(self)


def situation_of(one: Followed, today: date) -> Situation:
    """What a referral asks for today."""
    if one.is_late(today):
        return Situation.LATE
    if one.state.waits_for_answer:
        return Situation.TO_ANSWER
    if not one.is_open:
        return Situation.CLOSED
    return Situation.ASKED if one.state is ReferralState.ASKED else Situation.UNDER_WAY


@dataclass(frozen=True)
class Line:
    """One referral as one reader is told it."""

    row: SentReferral
    followed: Followed
    named: Named
    today: date

    @property
    def ref(self) -> str:
        """Its reference."""
        return self.row.ref

    @property
    def organisation(self) -> str:
        """The name of the organisation."""
        return organisation_name(self.row.organisation)

    @cached_property
    def situation(self) -> Situation:
        """What it asks for."""
        return situation_of(self.followed, self.today)

    @property
    def state(self) -> ReferralState:
        """Where it stands."""
        return self.followed.state

    @property
    def since(self) -> date | None:
        """Since when."""
        return _or_none(self.followed.since)

    @property
    def answer_by(self) -> date | None:
        """The day by which an answer is asked; none once it answered."""
        return _or_none(self.followed.answer_by) if self.state.waits_for_answer else None

    @property
    def sent_on(self) -> date | None:
        """When it was sent first."""
        return _or_none(self.row.sent_on)

    @property
    def waiting(self) -> int | None:
        """Days for which an answer has been awaited."""
        return _or_none(self.followed.waiting(self.today))

    @property
    def days(self) -> int | None:
        """Days that the organisation took to answer."""
        return _or_none(self.followed.days)

    @property
    def asked(self) -> Decimal | None:
        """What is asked of it, for who may know it."""
        return _or_none(self.followed.totals.asked) if self.named.amounts else None

    @property
    def granted(self) -> Decimal | None:
        """What was granted."""
        return _or_none(self.followed.totals.granted)

    @property
    def paid(self) -> Decimal | None:
        """What was paid."""
        return _or_none(self.followed.totals.paid)

    @property
    def jobs(self) -> int | None:
        """Jobs created."""
        return _or_none(self.followed.totals.jobs)

    @property
    def amount(self) -> str:
        """What is asked, exactly or as a range; empty for an adviser, whom nobody asks for euros."""
        asked = self.followed.totals.asked
        return "" if asked is UNKNOWN else self.named.amount(asked)

    @property
    def why(self) -> str:
        """Why this organisation: what the study said may tell an amount, the titles of its dispositifs do not."""
        said = self.row.why if self.named.amounts else ""
        return typeset(said or ", ".join(self.dispositifs) or "accompagnement du projet")

    @property
    def expected(self) -> str:
        """What it is asked to do; what people wrote may tell a fact of the firm, such as an order already signed."""
        return typeset(self.row.expected if self.named.named else ANSWER_AWAITED)

    @property
    def words(self) -> str:
        """What the mission wrote."""
        return self.told(self.row.words)

    def told(self, text: str) -> str:
        """Words that people wrote of it: a consent may have been taken back since, and a file bear any name."""
        return text if self.named.named else veiled(text, self.row.project, self.named.name)

    @property
    def dispositifs(self) -> tuple[str, ...]:
        """The titles of what is asked for."""
        return tuple(dispositif_title(each) for each in self.row.dispositifs)


def dispositif_title(code: str) -> str:
    """The title of a dispositif; its key when the catalogue has it no more."""
    found = current_catalogue().dispositifs.get(code)
    return typeset(found.title) if found else code


def _or_none(value: Maybe[V]) -> V | None:
    return None if value is UNKNOWN else value


def lines_for_team(rows: QuerySet[SentReferral], today: date) -> list[Line]:
    """As the team reads them: every name and amount."""
    return [Line(row, one, _whole(row), today) for row, one in with_steps(rows)]


def lines_for_organisations(
    mission: Mission, rows: QuerySet[SentReferral], codes: Collection[str], today: date
) -> list[Line]:
    """As the people of some organisations read what was sent to them; three queries more for each organisation."""
    found = with_steps(rows.filter(organisation__in=codes))
    numbers = dict(Organisation.objects.filter(code__in=codes).values_list("code", "pk"))
    names: dict[str, Mapping[int, Named]] = {
        code: names_for(mission, numbers.get(code), [row.project for row, _ in found if row.organisation == code])
        for code in codes
    }
    return [Line(row, one, names[row.organisation][row.project_id], today) for row, one in found]


def named_to(row: SentReferral) -> Named:
    """How the organisation that it was sent to is told of its project, whoever reads the page; three queries."""
    number = Organisation.objects.filter(code=row.organisation).values_list("pk", flat=True).first()
    return names_for(row.project.mission, number, [row.project])[row.project_id]


def _whole(row: SentReferral) -> Named:
    return Named(
        key=row.project.ref, name=typeset(row.project.title), firm=typeset(row.project.firm.name), amounts=True
    )


def counts(lines: Sequence[Line]) -> list[tuple[Situation, int]]:
    """How many lines are in each situation, those that hold none left out."""
    numbers = {each: sum(line.situation is each for line in lines) for each in Situation}
    return [(each, number) for each, number in numbers.items() if number]
