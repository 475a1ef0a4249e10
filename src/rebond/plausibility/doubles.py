"""The same thing written twice: cost lines, aids, projects, interviews, firms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

from rebond.facts import UNKNOWN, AidObtained, Firm, Maybe, Project
from rebond.identifiers import SIREN_LENGTH
from rebond.plausibility.ground import Ground
from rebond.plausibility.model import Finding
from rebond.reading.band import amount_words
from rebond.reading.words import fold
from rebond.units import Euros, format_euros

T = TypeVar("T")


def check_doubles(ground: Ground) -> Iterator[Finding]:
    """Every check of what may be counted twice."""
    yield from _firms(ground)
    yield from _interviews(ground)
    for project in ground.census.projects:
        yield from _lines(ground, project)
    yield from _projects(ground)
    yield from _aids(ground)


def _lines(ground: Ground, project: Project) -> Iterator[Finding]:
    """Cost lines that nothing tells from others, their label included; lines without a label are not compared."""
    seen = Counter((fold(line.label), line.nature, line.amount, line.year) for line in project.costs)
    again = {key: number for key, number in seen.items() if number > 1 and key[0] and key[2]}
    if again:
        labels = {fold(line.label): line.label for line in project.costs}
        named = ", ".join(f"« {labels[key[0]]} » ({format_euros(key[2])}, {key[3]})" for key in again)
        extra = sum((key[2] * (number - 1) for key, number in again.items()), Euros(0))
        yield ground.found(
            "postes_identiques",
            ground.project(project),
            sorted((*key, number) for key, number in again.items()),
            postes=named,
            en_trop=format_euros(extra),
        )


def _projects(ground: Ground) -> Iterator[Finding]:
    """Two projects of a firm with one title, or with one list of expenses to the euro."""

    def title(project: Project) -> Hashable:
        return (project.firm_id, fold(project.title))

    def costs(project: Project) -> Hashable | None:
        lines = tuple(sorted((line.nature, line.amount, fold(line.label)) for line in project.costs if line.amount))
        return (project.firm_id, lines) if lines else None

    told: set[tuple[str, str]] = set()
    for key in (title, costs):
        for first, again in _twice(ground.census.projects, key):
            if (first.id, again.id) not in told:
                told.add((first.id, again.id))
                yield ground.found(
                    "projets_identiques",
                    ground.project(again),
                    [first.id, title(again), costs(again)],
                    autre=first.id,
                    intitule=first.title,
                )


def _aids(ground: Ground) -> Iterator[Finding]:
    def key(aid: AidObtained) -> Hashable:
        return (
            aid.firm_id,
            aid.project_id,
            fold(aid.funder),
            fold(aid.label),
            aid.regime,
            aid.granted_on,
            aid.amount,
            aid.recovered,
            aid.nature,
        )

    for first, again in _twice(ground.census.aids, key):
        yield ground.found(
            "aides_identiques",
            ground.aid(again),
            [key(again)],
            autre=first.id,
            intitule=again.label or again.funder,
            montant=amount_words(again.amount),
            date=again.granted_on,
        )


def _interviews(ground: Ground) -> Iterator[Finding]:
    for first, again in _twice(ground.census.interviews, lambda each: (each.firm_id, each.held_on)):
        yield ground.found(
            "entretiens_identiques",
            ground.interview(again),
            [first.id, again.firm_id, again.held_on],
            autre=first.id,
            date=again.held_on,
        )


def _firms(ground: Ground) -> Iterator[Finding]:
    """One firm under two identifiers: by its SIREN, its SIRET, else its name and commune."""
    firms = ground.census.firms
    told: set[tuple[str, str]] = set()
    for first, again in _twice(firms, lambda firm: _text(firm.establishment.siret)):
        told.add((first.id, again.id))
        siret = _text(again.establishment.siret)
        yield ground.found("entreprise_meme_siret", ground.firm(again), [first.id, siret], autre=first.id, siret=siret)
    for first, again in _twice(firms, _siren):
        if (first.id, again.id) not in told:
            told.add((first.id, again.id))
            siren = _siren(again)
            yield ground.found(
                "entreprise_meme_siren", ground.firm(again), [first.id, siren], autre=first.id, siren=siren
            )
    for first, again in _twice(firms, _name_and_place):
        if (first.id, again.id) not in told:
            yield ground.found(
                "entreprise_meme_nom",
                ground.firm(again),
                [first.id, _name_and_place(again), _siren(first), _siren(again)],
                autre=first.id,
                nom=first.name,
            )


def _name_and_place(firm: Firm) -> Hashable | None:
    name = fold(firm.name)
    return (name, _text(firm.establishment.commune)) if name else None


def _siren(firm: Firm) -> str | None:
    return _text(firm.siren) or (_text(firm.establishment.siret) or "")[:SIREN_LENGTH] or None


def _text(value: Maybe[str]) -> str | None:
    return None if value is UNKNOWN else str(value)


def _twice(rows: Iterable[T], key: Callable[[T], Hashable | None]) -> Iterator[tuple[T, T]]:
    """Each row whose key was met before, with the first that has it; a row whose key is ``None`` is like no other."""
    seen: dict[Hashable, T] = {}
    for row in rows:
        found = key(row)
        if found is None:
            continue
        if found in seen:
            yield seen[found], row
        else:
            seen[found] = row
