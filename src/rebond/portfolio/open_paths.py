"""The supports of unknown amount that are open to a project: what else may pay, before the envelope.

A right that nobody can put a figure on is still a right: the last resort comes after it. Where its published order of
size covers what is missing, the project is not put before the call; where it does not, or where nobody published one,
the project may be, and the proposal says what is to be asked first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Instrument
from rebond.eligibility.criteria import Facts
from rebond.eligibility.incentive import facts_for_funders
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import Project
from rebond.financing.building.build import BuiltProject
from rebond.financing.building.landmarks import Landmark, landmark
from rebond.units import Euros, format_euros

NO_MONEY = frozenset({Instrument.ADVICE, Instrument.TRAINING, Instrument.LOAN, Instrument.GUARANTEE, Instrument.EQUITY})
"""Forms that give no money to the project, or money that it owes: no such support stands before the envelope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPath:
    """A support open on known facts whose amount cannot be computed."""

    title: str
    known: Landmark | None
    """``None``: nobody published an order of size."""

    def covers(self, missing: Euros) -> bool:
        """Whether its published order of size, read in a text, is at least what is missing."""
        return self.known is not None and self.known.usual.verified and self.known.amount >= missing

    @property
    def first(self) -> str:
        """Why the project is not put before the call."""
        words = self.known.words if self.known else ""
        return (
            f"« {self.title} » est ouvert au projet et son ordre de grandeur, {words}, couvre ce qui manque : à "
            "demander d'abord, l'enveloppe est un dernier recours"
        )

    def reserve(self, missing: Euros) -> str:
        """What the committee has to know of it before it decides."""
        size = f"ordre de grandeur {self.known.words}" if self.known else "aucun ordre de grandeur publié"
        return (
            f"« {self.title} », ouvert au projet sans montant calculable, peut payer tout ou partie des "
            f"{format_euros(missing)} qui manquent ({size}) : sa réponse est à demander avant de décider"
        )


def open_paths(
    project: Project, built: BuiltProject, facts: Facts, verdicts: Iterable[Verdict], catalogue: Catalogue, on: date
) -> tuple[OpenPath, ...]:
    """The supports open to a project (verdict yes) whose amount nobody can compute, in the order of the catalogue."""
    without_amount = {item.dispositif for item in built.unquantified}
    found = []
    for verdict in verdicts:
        item = catalogue.dispositifs[verdict.dispositif]
        if verdict.truth is not Truth.YES or item.id not in without_amount or item.instrument in NO_MONEY:
            continue
        seen = facts_for_funders(facts, project, item.desks)
        found.append(OpenPath(title=item.title, known=landmark(item, seen, project.costs, on)))
    return tuple(path for path in found if path.known is None or path.known.amount > 0)
