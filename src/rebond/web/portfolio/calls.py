"""Which call of a mission a page is of: the one that its address names, the first without a name.

Most missions have one call: then nothing is asked, nothing is filtered, and no page says a word of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404

from rebond.portfolio.parts import PartRange
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.financing.kept import Kept
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision, Envelope
from rebond.web.studies.models import ProjectFinding, Study
from rebond.web.studies.records import StoredScore, score_told
from rebond.web.wording import set_once

ASKED = "appel"
"""The part of an address that names a call."""
OLDER = "l’étude est antérieure à cet appel : la faire de nouveau"
Q = TypeVar("Q", bound=QuerySet[Any, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShown:
    """A call of the mission, among the others where it has some."""

    name: str = ""
    """By its dispositif, but the first, by nothing."""
    title: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    """Name and title of each; empty where there is one."""

    @property
    def several(self) -> bool:
        """Whether the mission has other calls."""
        return bool(self.calls)

    @property
    def query(self) -> str:
        """What an address says of it; empty for the first."""
        return urlencode({ASKED: self.name}, safe="/") if self.name else ""

    @property
    def suffix(self) -> str:
        """The same, after an address that says nothing else."""
        return f"?{self.query}" if self.name else ""

    @property
    def links(self) -> tuple[tuple[str, str, bool], ...]:
        """Of each call: what its address says, its title, and whether it is this one."""
        return tuple((replace(self, name=name).suffix or "?", title, name == self.name) for name, title in self.calls)

    def each(self) -> tuple[CallShown, ...]:
        """Every call of the mission."""
        return tuple(replace(self, name=name, title=title) for name, title in self.calls) or (self,)

    def named(self, words: str) -> str:
        """A sentence of this call, named where there are others."""
        return f"{self.title} : {words}" if self.several else words

    def within(self, rows: Q, path: str) -> Q:
        """The rows of this call; all of them where there is one."""
        return rows.filter(**{path: self.name}) if self.several else rows


ONE = CallShown()
"""The only call of a mission; of one that has several, all of them at once."""


def calls_of(mission: Mission) -> CallShown:
    """The first call of a mission, with the others; one query, the first time that its facts are seen."""
    if mission.facts_state is None:
        return ONE
    named = _kept.get(mission.facts_state, lambda: _named(mission))
    return CallShown(name=named[0][0], title=named[0][1], calls=named) if len(named) > 1 else ONE


def asked_call(mission: Mission, sent: Mapping[str, str]) -> CallShown:
    """The call that an address names; ``Http404`` for one that the mission does not have."""
    first, name = calls_of(mission), sent.get(ASKED, "")
    found = next((each for each in first.each() if each.name == name), None)
    if found is None:
        raise Http404
    return found


def _named(mission: Mission) -> tuple[tuple[str, str], ...]:
    rows = Envelope.objects.of(mission).values_list("call", "title", "dispositif")
    known = current_catalogue().dispositifs
    default = current_catalogue().plan_settings.call_dispositif
    found = []
    for name, title, dispositif in rows:
        key = dispositif or default
        found.append((name, set_once(title or (known[key].title if key in known else key))))
    return tuple(found)


_kept: Kept[tuple[tuple[str, str], ...]] = Kept(64)
"""By state of the facts: another one at each change."""


def before(finding: ProjectFinding | None, call: CallShown) -> ProjectFinding | None:
    """What a study found of a project before one call: its own place, reasons and amount."""
    if finding is None or not call.several:
        return finding
    told = finding.calls.get(call.name)
    if told is None:
        if call.name or finding.calls:
            finding.status, finding.reasons = ProjectFinding.Status.NOT_ADMITTED, [OLDER]
            finding.uncovered = finding.envelope = finding.needs = Decimal(0)
            finding.part = {}
        return finding
    finding.status, finding.reasons = told["statut"], told["motifs"]
    finding.robustness = told.get("robustesse", "")
    finding.uncovered = Decimal(told["sans_autre"])
    finding.envelope, finding.needs = Decimal(told["enveloppe"]), Decimal(told["lui_faut"])
    finding.part = told.get("part", {})
    if "valeur" in told:
        # The call has criteria of its own: its value, by them.
        finding.score, finding.score_high = Decimal(told["valeur"]), Decimal(told["valeur_haute"])
    return finding


def part_of(finding: ProjectFinding | None) -> PartRange | None:
    """What a call that pays parts may give a project, as its study found; ``None`` where it pays whole needs."""
    told: Mapping[str, int] = finding.part if finding else {}
    return PartRange(least=told["au_moins"], most=told["au_plus"], full=told["entier"]) if told else None


def own_scores(finding: ProjectFinding | None, call: CallShown) -> tuple[StoredScore, ...] | None:
    """What a project is worth by the criteria of a call; ``None`` for a call that has those of the mission."""
    told: Mapping[str, Any] = finding.calls.get(call.name, {}) if finding and call.several else {}
    return tuple(map(score_told, told["notes"])) if "notes" in told else None


def told_of(study: Study | None, call: CallShown) -> Mapping[str, Any]:
    """What a study kept of the selection of one call; of the only one, what it kept of the selection."""
    kept: Mapping[str, Any] = study.selection_told if study else {}
    if not call.several:
        return kept
    return next((each for each in kept.get("appels", ()) if each["appel"] == call.name), {})


def robust_of(study: Study | None, call: CallShown) -> Mapping[str, Any]:
    """The analysis that a study kept of a call; empty when it has none."""
    kept: Mapping[str, Any] = (study.robustness or {}) if study else {}
    if call.several:
        found: Mapping[str, Any] = kept.get("appels", {}).get(call.name, {})
        return found
    return {} if "appels" in kept else kept


def spent_of(study: Study | None, call: CallShown) -> Decimal:
    """What a study proposes of the money of a call."""
    if study is None:
        return Decimal(0)
    if not call.several:
        return study.envelope_spent
    told = told_of(study, call)
    return Decimal(told["propose"]) if told else Decimal(0) if call.name else study.envelope_spent


def title_of(mission: Mission, name: str) -> str:
    """What people call one of several calls; empty where there is one."""
    return next((title for known, title in calls_of(mission).calls if known == name), "")


def financing(mission: Mission, finding: ProjectFinding | None) -> CallShown:
    """The call that is proposed to finance a project; the first for none, ``ONE`` where there is one."""
    first = calls_of(mission)
    told: Mapping[str, Any] = finding.calls if finding else {}
    retained = {name for name, each in told.items() if each["statut"] == ProjectFinding.Status.RETAINED}
    return next((each for each in first.each() if each.name in retained), first)


def candidacies(finding: ProjectFinding | None) -> set[str]:
    """The calls that a project is a candidate of, by name, where there are several."""
    places = ProjectFinding.Status
    told: Mapping[str, Any] = finding.calls if finding else {}
    return {name for name, each in told.items() if each["statut"] in {places.RETAINED, places.NOT_RETAINED}}


def proposed_elsewhere(finding: ProjectFinding | None, call: CallShown) -> str:
    """The title of another call that is proposed to finance a project; empty for none."""
    told: Mapping[str, Any] = finding.calls if finding and call.several else {}
    retained = {name for name, each in told.items() if each["statut"] == ProjectFinding.Status.RETAINED}
    return next((title for name, title in call.calls if name in retained and name != call.name), "")


def proposing(mission: Mission, finding: ProjectFinding | None) -> str:
    """Its title; empty for none, and where there is one call."""
    found = finding is not None and finding.status == ProjectFinding.Status.RETAINED
    return financing(mission, finding).title if found else ""


def decided_elsewhere(decision: CommitteeDecision | None, call: CallShown) -> bool:
    """Whether a decision is another call's."""
    return decision is not None and call.several and decision.call != call.name
