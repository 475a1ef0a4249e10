"""What the letters and the page say of a referral: never more than its organisation may read of the project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from rebond.facts import UNKNOWN, ReferralState, ReferralStep
from rebond.facts.followed import Followed
from rebond.referrals.answers import Choice, choices, counts_jobs, to_pay, waiting
from rebond.restitution.typography import french_date, listed, typeset
from rebond.units import format_euros
from rebond.web.answering.forms import Paid
from rebond.web.answering.links import followed_of
from rebond.web.answering.models import AnswerLink
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.disclosure.disclosed import Disclosed, code_of, shown_to
from rebond.web.missions.access import Part
from rebond.web.missions.models import Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.reading import Line, named_to


@dataclass(frozen=True)
class Told:
    """A referral as its organisation reads it."""

    referral: SentReferral

    @property
    def mission(self) -> Mission:
        """Whose it is."""
        return self.referral.project.mission

    @cached_property
    def followed(self) -> Followed:
        """With its steps."""
        return followed_of(self.referral)

    @property
    def organisation(self) -> str:
        """The name of the organisation."""
        return organisation_name(self.referral.organisation)

    @cached_property
    def disclosed(self) -> Disclosed:
        """What the organisation is given of the project; its code alone when it is not at its disposal any more."""
        key = code_of(self.referral.project)
        part = Part(role=Role.PARTNER, organisation=self._number, code=self.referral.organisation)
        found = shown_to(self.mission, part, key=key)
        return found[0] if found else Disclosed(key=key, name=f"Projet {key.upper()}", named=False)

    @cached_property
    def _number(self) -> int | None:
        return Organisation.objects.filter(code=self.referral.organisation).values_list("pk", flat=True).first()

    @cached_property
    def _line(self) -> Line:
        """As its inbox tells it."""
        return Line(self.referral, self.followed, named_to(self.referral), timezone.localdate())

    @property
    def amount(self) -> str:
        """What is asked in all, exactly or as a range; empty when nobody said, or when each dispositif has its own."""
        return "" if self.disclosed.asked else self._line.amount

    @property
    def name(self) -> str:
        """The project, with its firm once it agreed."""
        told = self.disclosed
        return f"{told.name}, {told.firm}" if told.firm else told.name

    @property
    def about(self) -> list[str]:
        """Where, what kind, how much it costs and how much is asked: what may be told of them."""
        cost = f"coût\u00a0: {self.disclosed.cost}" if self.disclosed.cost else ""
        asked = f"montant envisagé\u00a0: {self.amount}" if self.amount else ""
        return [each for each in (self.disclosed.place, self.disclosed.kind, cost, asked) if each]

    @property
    def dispositifs(self) -> list[tuple[str, str, str]]:
        """Title, amount asked (with the firm's consent) and state of each, the state once there is something to say."""
        asked = dict(self.disclosed.asked)
        return [
            (title, asked.get(typeset(title), ""), _state_words(self.followed.of(each).state))
            for each, title in self._titles(self.referral.dispositifs)
        ]

    @property
    def words(self) -> str:
        """What the mission wrote, without the name of a firm that did not agree."""
        return self._line.words

    @property
    def expected(self) -> str:
        """What the organisation is asked to do; nothing when nobody said, nor once it answered."""
        asked = self.referral.expected and self.followed.state.waits_for_answer
        return self._line.expected if asked else ""

    @property
    def last(self) -> ReferralStep | None:
        """The last step."""
        return next(reversed(self.followed.steps), None)

    def waiting(self) -> list[tuple[str, str]]:
        """The dispositifs of which something is still to be said, with their titles; none for an adviser."""
        return self._titles([each for each in waiting(self.followed) if each])

    def paying(self) -> list[Paid]:
        """What was granted and is not all paid yet."""
        named = to_pay(self.followed)
        bears = counts_jobs(self.followed, named) if named else ""
        titles = dict(self._titles([each for each in named if each]))
        return [
            Paid(
                dispositif=each,
                title=titles.get(each, ""),
                granted=self.followed.of(each).since_refused.totals.granted,
                bears_jobs=each == bears,
            )
            for each in named
        ]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What may be answered today."""
        return choices(self.followed)

    @property
    def may_do(self) -> str:
        """The same, as a letter says it."""
        return listed([each.summary for each in self.choices], last="ou")

    def lines(self, steps: Iterable[ReferralStep]) -> list[str]:
        """Steps, in words."""
        return [_step_words(each, self.title(each.dispositif), self._line.told(each.reason)) for each in steps]

    def title(self, dispositif: str) -> str:
        """The title of one of several dispositifs; of one alone, the whole says it."""
        if not dispositif or len(self.referral.dispositifs) <= 1:
            return ""
        return self._titles([dispositif])[0][1]

    def _titles(self, keys: Sequence[str]) -> list[tuple[str, str]]:
        known = current_catalogue().dispositifs
        return [(each, known[each].title if each in known else each) for each in keys]


def _step_words(step: ReferralStep, title: str, reason: str) -> str:
    """One step: what, of which dispositif, how much, and the words that came with it."""
    of = f" ({title})" if title else ""
    amount = {ReferralState.FILED: step.asked, ReferralState.GRANTED: step.granted}.get(step.state, UNKNOWN)
    told = f"{step.state.label}{of}"
    if step.paid is not UNKNOWN or step.jobs is not UNKNOWN:
        paid = f"versé à ce jour : {format_euros(step.paid)}" if step.paid is not UNKNOWN else ""
        jobs = f"emplois créés : {step.jobs}" if step.jobs is not UNKNOWN else ""
        told = ", ".join(each for each in (told, paid, jobs) if each)
    if amount is not UNKNOWN:
        told += f" : {format_euros(amount)}"
    elif step.state is ReferralState.FILED:
        told += ", montant inconnu"
    return typeset(f"{told}. « {reason} »" if reason else told)


def day_of(link: AnswerLink) -> str:
    """The last day on which a link takes an answer."""
    return french_date(timezone.localdate(link.expires_at))


def _state_words(state: ReferralState) -> str:
    return "" if state is ReferralState.SENT else state.label
