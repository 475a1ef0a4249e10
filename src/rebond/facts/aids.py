"""The aid that firms already have: what someone declared, and what the mission's referrals brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rebond.facts.projects import Project
from rebond.facts.values import NOTHING, UNKNOWN, Maybe
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """An amount that is only published between two bounds, in euros; ``most`` is UNKNOWN for « plus de 30 M€ »."""

    least: Euros
    most: Maybe[Euros] = UNKNOWN


STUDY, FEASIBILITY_DONE = "etude_energie", "etude_faisabilite"
"""The nature of the costs of studies (``natures.csv``), and the fact that the feasibility study is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AidObtained:
    """An aid that a firm already has; ``amount`` is its gross grant equivalent in euros, exact, banded or UNKNOWN."""

    id: str
    firm_id: str
    funder: str
    label: str
    regime: str
    granted_on: date
    amount: Maybe[Euros | Band]
    recovered: Euros = NOTHING
    """What the funder cancelled or recovered of it (not the instalments of a loan): it no longer counts."""
    project_id: str = ""
    """Empty when the aid is not for a project of this mission."""
    nature: str = ""
    """Nature of the cost lines it pays, when known."""

    def pays(self, project: Project) -> bool:
        """Whether it may pay costs of that project: linked to it, and not the aid of a study that is over.

        What was granted for a feasibility study that is done before the project starts paid that study: it pays no
        works, whatever their nature.
        """
        over = (
            self.nature == STUDY
            and dict(project.declared).get(FEASIBILITY_DONE) is True
            and project.starts_on is not UNKNOWN
            and self.granted_on < project.starts_on
        )
        return self.project_id == project.id and not over

    @property
    def at_most(self) -> Maybe[Euros]:
        """The most that the aid may be worth, less what was recovered: what a cautious reader counts."""
        most = self.amount.most if isinstance(self.amount, Band) else self.amount
        return UNKNOWN if most is UNKNOWN else max(NOTHING, most - self.recovered)

    @property
    def at_least(self) -> Euros:
        """The least that it is surely worth, less what was recovered; 0 when nobody knows."""
        if self.amount is UNKNOWN:
            return NOTHING
        least = self.amount.least if isinstance(self.amount, Band) else self.amount
        return max(NOTHING, least - self.recovered)


def is_told_twice(aid: AidObtained, *, project_id: str, on: Maybe[date], support: Maybe[Euros]) -> bool:
    """Whether a declared aid is surely what a referral brought: of that project and day, for those euros."""
    if on is UNKNOWN or support is UNKNOWN or aid.amount is UNKNOWN:
        return False
    return bool(project_id) and (aid.project_id, aid.granted_on, aid.amount) == (project_id, on, support)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidShare:
    """What an award pays of a cost line."""

    line: str
    support: Euros
    """Euros of the support: the principal of a loan."""
    aid: Euros
    """Its gross grant equivalent, the most that it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardedAid(AidObtained):
    """An aid that a referral of the mission brought: found by the study in its steps, never written twice (adr/0065).

    Its regime, its lines and its equivalent are those of the legal plan that holds the award.
    """

    dispositif: str
    referral_id: str
    support: Maybe[Euros]
    """Euros of the support granted: a loan's principal, not its equivalent."""
    most: Euros
    """The most that the support may be: itself where it is known."""
    paid: Maybe[Euros] = UNKNOWN
    spread: tuple[PaidShare, ...] = ()
    breach: str = ""
    """Which rule the award passes, in French, as far as the catalogue and the census tell; empty: none."""

    @property
    def at_least_support(self) -> Euros:
        """Euros surely granted."""
        return NOTHING if self.support is UNKNOWN else self.support
