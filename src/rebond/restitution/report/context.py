"""What every chapter reads: the result, its figures, the places; and the few phrases they share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rebond.indicators.model import Indicator
from rebond.portfolio.call import CallStatus
from rebond.restitution.code_names import UNNAMED
from rebond.restitution.contents import Mention, Piece, Quote, Text
from rebond.restitution.editions import Recipient, edition_of
from rebond.restitution.figures import NOT_TOLD, Figures
from rebond.restitution.french import of_place, the_territory
from rebond.restitution.territory_map import Place
from rebond.results import MissionResult, ProjectResult

ROLES: Mapping[str, str] = {
    "operateur_etat": "Opérateur de l'État",
    "operateur_formation": "Opérateur de compétences",
    "etat": "Service de l'État",
    "financeur_local": "Financeur local",
    "conseil": "Conseil",
    "epci": "Intercommunalité",
    "europe": "Union européenne",
    "prive": "Financeur privé",
}
"""What an organisation is to a mission, in words."""


_INFLECTED = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")


@dataclass(frozen=True, kw_only=True)
class Context:
    """The material of a report."""

    result: MissionResult
    figures: Figures
    places: tuple[Place, ...]
    points: Mapping[str, tuple[float, float]]

    @classmethod
    def of(
        cls,
        result: MissionResult,
        recipient: Recipient,
        *,
        places: Sequence[Place] = (),
        points: Mapping[str, tuple[float, float]] | None = None,
    ) -> Context:
        """The result as its reader is given it; the places with the communes of projects outside the territory.

        Every document is made of a context: none of them can print what the team alone was told.
        """
        told = edition_of(result, recipient)
        known = {place.code for place in places}
        names = result.labels.epcis
        outside = {
            p.commune.code: Place(
                code=p.commune.code,
                name=p.commune.name,
                group=names.get(p.commune.epci, "hors intercommunalité"),
                population=p.commune.population,
            )
            for p in told.projects
            if p.commune and p.commune.code not in known and p.project.id not in told.veiled
        }
        return cls(
            result=told,
            figures=Figures(told.indicators, told.veiled),
            places=(*places, *outside.values()),
            points=points or {},
        )

    def retained(self) -> tuple[ProjectResult, ...]:
        """Projects proposed for the envelope, the highest value first."""
        found = [p for p in self.result.projects if p.decision.status is CallStatus.RETAINED]
        return tuple(sorted(found, key=lambda p: (-p.score.value, p.project.id)))

    @property
    def decided(self) -> bool:
        """Whether the documents may write « retenus »."""
        return self.result.decided

    @property
    def meets(self) -> str:
        """The verb of the committee: it met once its decisions say so; a day that is over alone does not tell it."""
        if self.decided:
            return "s'est réuni"
        return "devait se réunir" if self.result.census.settings.committee_on < self.result.on else "se réunit"

    @property
    def of_envelopes(self) -> str:
        """« on the envelope of », to be filled; of several calls, on what they hold together: no envelope is that."""
        if self.result.calls:
            return "sur les {enveloppe_eur:millions} des appels"
        return "sur l'enveloppe de {enveloppe_eur:millions}"

    @property
    def envelopes(self) -> str:
        """« l'enveloppe », or « les enveloppes » of several calls."""
        return "les enveloppes" if self.result.calls else "l'enveloppe"

    @property
    def of_territory(self) -> Quote:
        """The territory after « de »."""
        settings = self.result.census.settings
        return Quote(text=of_place(settings.territory, settings.territory_article))

    @property
    def territory(self) -> Quote:
        """The territory as a subject."""
        settings = self.result.census.settings
        return Quote(text=the_territory(settings.territory, settings.territory_article))

    def agree(self, code: str, *, none: str, one: str, many: str, **pieces: Piece) -> Text:
        """The sentence that agrees with an indicator's value, the most when it has two, its pieces filled in."""
        value = self.figures.most(code)
        if value == 0:
            return self.figures.say(none, **pieces)
        return self.figures.say(one if value == 1 else many, **pieces)

    def inflected(self, code: str, words: str, *, none: str = "", **pieces: Piece) -> Text:
        """A sentence that is the same for one and for many, but where it says ``[one|many]``."""
        chosen = 1 if self.figures.most(code) == 1 else 2
        told = _INFLECTED.sub(lambda found: found.group(chosen), words)
        return self.agree(code, none=none, one=told, many=told, **pieces)

    def organisation(self, code: str) -> str:
        """The full name of an organisation."""
        return self.result.labels.organisations.get(code, code)

    def organisations(self, codes: Sequence[str]) -> Text:
        """Full names, in the order given."""
        return (Quote(text=", ".join(self.organisation(code) for code in codes) or "aucun"),)

    def role(self, code: str) -> str:
        """What an organisation is, in words; empty when its role has none."""
        return ROLES.get(self.result.labels.roles.get(code, ""), "")


def group_name(indicator: Indicator) -> str:
    """The group a breakdown's indicator is about: what follows the dash of its label."""
    return indicator.label.partition(" — ")[2] or indicator.label


def named(project: ProjectResult) -> Text:
    """A project in a table: its identifier, then its title in the firm's words."""
    return (Mention(id=project.project.id), " ", Quote(text=project.project.title))


def firm_name(project: ProjectResult) -> Text:
    """The firm of a project, as it is called."""
    return (Quote(text=project.firm.name),)


def commune_name(project: ProjectResult) -> Text:
    """Where a project is."""
    if not project.commune and project.firm.name == UNNAMED:
        return (NOT_TOLD,)
    return (project.commune.name,) if project.commune else ("à préciser",)
