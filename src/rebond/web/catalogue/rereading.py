"""The files that « pas pour nous » calls to read again, for the people who look after the instance's catalogue.

They read no mission by that right: the reasons come without firms, projects and confidences, from all missions at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rebond.facts import UNKNOWN
from rebond.referrals.catalogue_queue import Heard, ToReread, to_reread
from rebond.restitution.confidences import confidences
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.firms.models import Firm
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.referrals.facts import referral_of, step_of
from rebond.web.referrals.models import ReferralStep, SentReferral

HIDDEN = "[motif qui dirait une confidence]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A file to read again, in words."""

    dispositif: str
    title: str
    known: bool
    """Whether the catalogue still has it."""
    times: int
    organisations: str
    last_on: date | None
    verified_on: date | None
    reasons: tuple[tuple[str, int], ...]

    @property
    def read_since(self) -> bool:
        """Whether the file was verified after the last of these answers."""
        return self.verified_on is not None and self.last_on is not None and self.verified_on > self.last_on


def queue() -> list[Row]:
    """The files to read again, those that were not since first."""
    return sorted(map(_row, to_reread(_heard())), key=lambda row: row.read_since)


def _heard() -> Iterator[Heard]:
    """What the missions heard where someone said no; four queries, whatever their number."""
    noes = ReferralStep.objects.filter(state=ReferralStep.State.NOT_OURS)
    missions = Mission.objects.filter(pk__in=noes.values("referral__project__mission"))
    sent: dict[int, list[SentReferral]] = defaultdict(list)
    for row in SentReferral.objects.in_missions(missions).select_related("project"):
        sent[row.project.mission_id].append(row)
    steps: dict[int, list[ReferralStep]] = defaultdict(list)
    for step in ReferralStep.objects.in_missions(missions):
        steps[step.referral_id].append(step)
    firms: dict[int, set[str]] = defaultdict(set)
    # A firm or a project that was withdrawn since is still named in what was said of it.
    named = Firm.ever.in_missions(missions).values_list("mission", "ref", "name", "siren")
    for mission, *names in named:
        firms[mission] |= {name for name in names if name}
    projects: dict[int, set[str]] = defaultdict(set)
    for mission, *names in Project.ever.in_missions(missions).values_list("mission", "ref", "title"):
        projects[mission] |= {name for name in names if name}
    for mission, rows in sent.items():
        yield Heard(
            referrals=tuple(map(referral_of, rows)),
            steps=tuple(step_of(step, row.ref) for row in rows for step in steps[row.pk]),
            firms=frozenset(firms[mission]),
            projects=frozenset(projects[mission]),
        )


def _row(found: ToReread) -> Row:
    known, words = current_catalogue().dispositifs.get(found.dispositif), confidences()
    reasons: dict[str, int] = {}
    for reason, times in found.reasons:
        shown = HIDDEN if words.tells(reason) else typeset(reason)
        reasons[shown] = reasons.get(shown, 0) + times
    return Row(
        dispositif=found.dispositif,
        title=typeset(known.title) if known else found.dispositif,
        known=known is not None,
        times=found.times,
        organisations=", ".join(map(organisation_name, found.organisations)),
        last_on=None if found.last_on is UNKNOWN else found.last_on,
        verified_on=known.verified_on if known else None,
        reasons=tuple(reasons.items()),
    )
