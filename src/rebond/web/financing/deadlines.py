"""What must be done before which day for a plan to hold: requests before any order, ends of texts and of calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rebond.restitution.typography import listed, typeset
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.projects.models import Project
from rebond.web.studies.records import StoredLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """``when``: the last day, ``None`` when it is an event and not a day; ``late``: the day is past."""

    what: str
    why: str
    when: date | None = None
    late: bool = False


def deadlines(project: Project, lines: Sequence[StoredLine], on: date) -> tuple[Deadline, ...]:
    """Those of a plan, what comes before any order first, then by day; ``on``: today."""
    dated = {*_ends_of_calls(lines, on), *_ends_of_texts(lines, on)}
    return (*_before_orders(project, lines, on), *sorted(dated, key=lambda each: (each.when or on, each.what)))


def _before_orders(project: Project, lines: Sequence[StoredLine], on: date) -> Iterable[Deadline]:
    """The requests that must precede the first firm order."""
    catalogue = current_catalogue()
    requests = project.funder_requests.all()
    asked = {request.funder for request in requests if request.applied_on or request.letter_on}
    waiting: dict[str, None] = {}
    for line in lines:
        dispositif, regime = catalogue.dispositifs.get(line.dispositif), catalogue.regimes.get(line.regime)
        first = (dispositif is not None and dispositif.before_works) or (regime is not None and regime.incentive_effect)
        if first and not (dispositif is not None and asked & dispositif.desks):
            waiting[line.funder] = None
    if not waiting or project.applied_on:
        return
    funders = listed(list(waiting))
    if project.first_order_on is not None and project.first_order_on <= on:
        yield Deadline(
            what=typeset(f"Dater la demande faite à {funders}"),
            why="Une première commande est passée : sans demande datée d’avant elle, ces soutiens tombent.",
            when=project.first_order_on,
            late=True,
        )
        return
    yield Deadline(
        what=typeset(f"Avant toute commande, déposer la demande à {funders}"),
        why="La demande doit précéder la première commande ferme ; la date est celle du début prévu."
        if project.starts_on
        else "La demande doit précéder la première commande ferme ; le début du projet est inconnu.",
        when=project.first_order_on or project.starts_on,
        late=bool(project.starts_on and project.starts_on <= on),
    )


def _ends_of_texts(lines: Sequence[StoredLine], on: date) -> Iterable[Deadline]:
    catalogue = current_catalogue()
    ends: dict[tuple[date, str], dict[str, None]] = {}
    for line in lines:
        regime = catalogue.regimes.get(line.regime)
        last = catalogue.readings.last_day(regime) if regime else None
        if last is not None:
            ends.setdefault((last, line.article), {})[line.funder] = None
    for (last, article), funders in ends.items():
        yield Deadline(
            what=typeset(f"Obtenir la décision de {listed(list(funders))}"),
            why=typeset(f"{article} prend fin ce jour-là : une aide se juge au droit du jour où elle est accordée."),
            when=last,
            late=last < on,
        )


def _ends_of_calls(lines: Sequence[StoredLine], on: date) -> Iterable[Deadline]:
    catalogue = current_catalogue()
    for line in lines:
        dispositif = catalogue.dispositifs.get(line.dispositif)
        closes = dispositif.validity.closes_on if dispositif else None
        if dispositif is not None and closes is not None:
            yield Deadline(
                what=typeset(f"Déposer la demande à {organisation_name(dispositif.funder)}"),
                why=typeset(f"« {line.title} » ferme ce jour-là."),
                when=closes,
                late=closes < on,
            )
