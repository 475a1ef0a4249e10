"""What became of the sample mission, in the demo's database alone: fictitious, and said to be, whoever reads it.

Played after the study, by the same gestures as the site's pages. No answer here grants nor refuses anything: plans, and
every figure of the sample, stay what they are. No letter leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from rebond.facts import ActionStatus, AdviceMeeting, Promiser, ReferralState
from rebond.facts.accompanied import PromisedEvidence
from rebond.facts.roadmap import ActionProgress
from rebond.history import Kind
from rebond.history.changes import meeting_ref, progress_ref
from rebond.referrals.followed import Side
from rebond.web.accounts.models import User
from rebond.web.advice.acts import read_many
from rebond.web.catalogue.reading import maturity_grid
from rebond.web.committee.members import add_member
from rebond.web.committee.planning import plan
from rebond.web.disclosure.acts import share
from rebond.web.editing.gestures import save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, author_of
from rebond.web.missions.models import Mission
from rebond.web.organisations.adopting import adopt
from rebond.web.referrals.gestures import Said, add_steps, send
from rebond.web.referrals.models import Audience, SentReferral
from rebond.web.referrals.sending import Outgoing, desks
from rebond.web.referrals.thread import write
from rebond.web.roadmap.adopting import adopted
from rebond.web.roadmap.lines import left_to_settle
from rebond.web.studies.models import Referral

FICTITIOUS = "(exemple fictif)"
_WHY = f"Démonstration {FICTITIOUS}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Some projects sent to one organisation, so many days ago, and what it said of each since."""

    organisation: str
    sent: int
    answer_within: int
    said: tuple[tuple[tuple[ReferralState, int, str], ...], ...]
    """By project: the states that followed, how many days ago, and why."""


_S = ReferralState
_QUOTE = f"le devis et le dernier bilan {FICTITIOUS}"
WAVES = (
    Wave(
        organisation="bpifrance",
        sent=28,
        answer_within=40,
        said=(
            (),
            ((_S.TAKEN, 20, ""),),
            ((_S.ASKED, 9, _QUOTE),),
            ((_S.TAKEN, 21, ""), (_S.FILED, 4, f"dossier complet {FICTITIOUS}")),
        ),
    ),
    Wave(
        organisation="region-grand-est",
        sent=28,
        answer_within=21,
        said=((), ((_S.FILED, 12, f"demande reçue {FICTITIOUS}"),), ((_S.TAKEN, 15, ""),)),
    ),
    Wave(organisation="ademe", sent=6, answer_within=21, said=((),)),
)
"""None grants, refuses, nor says « not for us »: the plans of the study would follow."""


@transaction.atomic
def play_follow_up(mission: Mission) -> bool:
    """Play it once, as the demo's pilot; ``False`` when the mission already has a follow-up, of its own or this one."""
    pilot = User.objects.filter(username="pilote").first()
    if pilot is None or SentReferral.ever.of(mission).exists():
        return False
    today, by = timezone.localdate(), author_of(pilot)
    for wave in WAVES:
        _sent(mission, wave, by, pilot, today)
    _acted(mission, by, pilot, today)
    _advised(mission, by, pilot, today)
    _sittings(mission, pilot, today)
    return True


def _sent(mission: Mission, wave: Wave, by: Author, pilot: User, today: date) -> None:
    on, answer_by = today - timedelta(wave.sent), today + timedelta(wave.answer_within - wave.sent)
    rows = list(_proposed(mission, wave.organisation))[: len(wave.said)]
    words = f"Merci de nous dire si ce projet est pour vous {FICTITIOUS}."
    done = send(mission, [row.sending(answer_by, words) for row in rows], by=by, on=on, reason=_WHY)
    for row in rows:
        share(mission, row.project, adopt(wave.organisation), by=pilot)
    told = list(zip(done.referrals, wave.said, strict=False))
    for rank in range(max(map(len, wave.said))):
        said = {
            referral.id: Said(state=state, reason=why, on=today - timedelta(days))
            for referral, steps in told
            for state, days, why in steps[rank : rank + 1]
        }
        if said:
            signed = f"Une personne chargée d’affaires {FICTITIOUS}"
            add_steps(mission, said, by=by, side=Side.MISSION, on=today, signed=signed, reason=_WHY)
    asked = [referral.id for referral, steps in told if steps and steps[-1][0] is _S.ASKED]
    for referral in SentReferral.objects.of(mission).filter(ref__in=asked):
        write(referral, f"Le devis est demandé à l’entreprise {FICTITIOUS}.", Audience.SHARED, by=by)


def _proposed(mission: Mission, organisation: str) -> Iterator[Outgoing]:
    """What the study proposes to an organisation, but what asks the firm first."""
    rows = (row for desk in desks(mission, organisation=organisation) for row in desk.rows)
    return (row for row in sorted(rows, key=lambda each: each.project.ref) if not row.delicate and not row.held)


def _acted(mission: Mission, by: Author, pilot: User, today: date) -> None:
    """Two actions adopted, the first one begun."""
    proposals = list(left_to_settle(pilot, mission))[:2]
    if not proposals:
        return
    wanted = dict(adopted(mission, proposals, by=by.said, on=today - timedelta(30)))
    first = next(iter(wanted))
    begun = {"status": ActionStatus.RUNNING, "starts_on": today - timedelta(20), "ends_on": today + timedelta(160)}
    wanted[first] = replace(wanted[first], **begun)
    save(mission, wanted, by=by, act=Act.DECIDED, reason=_WHY)
    words = f"Première réunion tenue avec les entreprises concernées {FICTITIOUS}."
    point = ActionProgress(action_id=first[1], number=1, on=today - timedelta(8), words=words, by=by.said)
    save(mission, {(Kind.PROGRESS, progress_ref(first[1], 1)): point}, by=by, act=Act.DECIDED, reason=_WHY)


def _advised(mission: Mission, by: Author, pilot: User, today: date) -> None:
    """The first project without adviser given to the one that the study proposes, met once, reviewed next week."""
    rows = Referral.objects.found_by(mission.current_study).filter(kind=Referral.Kind.ADVISER)
    row, review = rows.select_related("project").order_by("project__ref").first(), today + timedelta(7)
    if row is None:
        return
    opened = read_many({"point_le": f"{review:%d/%m/%Y}"}, mission, [(row.project.ref, row.organisation)], on=today)
    (key, accompaniment) = next(iter(opened.wanted.items()))
    criterion = next(iter(maturity_grid().criteria)).code
    promise = PromisedEvidence(criterion=criterion, level=1, by=Promiser.FIRM, before=review)
    held = replace(accompaniment, opened_on=today - timedelta(25), promises=(promise,))
    save(mission, {key: held}, by=by, act=Act.DECIDED, reason=_WHY)
    share(mission, row.project, adopt(row.organisation), by=pilot)
    meeting = AdviceMeeting(
        accompaniment_id=key[1],
        number=1,
        on=today - timedelta(12),
        who=f"la direction de l’entreprise et son conseil {FICTITIOUS}",
        agreed=f"Écrire le cahier des charges avant le prochain point {FICTITIOUS}.",
        by=by.said,
    )
    save(mission, {(Kind.MEETING, meeting_ref(key[1], 1)): meeting}, by=by, act=Act.DECIDED, reason=_WHY)


def _sittings(mission: Mission, pilot: User, today: date) -> None:
    """A technical sitting, then a steering one, without quorum: what the demo decides stays free."""
    people: Sequence[tuple[str, str]] = (
        (f"Présidence de l’agglomération {FICTITIOUS}", "Agglomération"),
        (f"Direction régionale {FICTITIOUS}", "Région"),
    )
    for name, organisation in people:
        add_member(mission, {"nom": name, "organisation": organisation, "voix": "oui"}, by=pilot)
    for kind, days, hour in (("technique", 11, "10 h"), ("pilotage", 25, "14 h 30")):
        sent = {
            "nature": kind,
            "tenue_le": f"{today + timedelta(days):%d/%m/%Y}",
            "heure": hour,
            "lieu": f"Salle du conseil {FICTITIOUS}",
        }
        plan(mission, sent, by=pilot)
