"""What a person says of an accompaniment, read with every fault at once: opened, met, reviewed, promised, ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rebond import facts as core
from rebond.facts import UNKNOWN, AccompanimentOutcome, Maybe, Promiser
from rebond.history import Kind
from rebond.history.changes import meeting_ref
from rebond.reading.dates import read_date
from rebond.reading.problem import Unreadable
from rebond.web.catalogue.reading import current_catalogue, maturity_grid, organisation_name
from rebond.web.editing.decided import fault_of_reason, fault_of_words
from rebond.web.editing.opened import next_refs
from rebond.web.missions.models import Mission
from rebond.web.wording import mending

LONGEST_NAME = 200
LONGEST_TEXT = 2_000

_FIRST_REVIEW = "Donnez la date du premier point : sans elle, personne ne relance."


@dataclass(slots=True)
class Sent:
    """What a form says, kept as typed, and what is wrong by field; ``wanted``: the rows to write."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    wanted: dict[tuple[Kind, str], Any] = field(default_factory=dict)

    def text(self, name: str, *, most: int = LONGEST_NAME, asking: str = "") -> str:
        """A text; ``asking``: what is said when there is none, if one is needed."""
        found = " ".join(self.typed.get(name, "").split()) if most == LONGEST_NAME else self.typed.get(name, "").strip()
        if len(found) > most:
            self.errors[name] = f"Abrégez : {most} caractères au plus."
        elif fault := fault_of_words(found):
            self.errors[name] = fault
        elif not found and asking:
            self.errors[name] = asking
        return found

    def day(self, name: str, *, asking: str = "") -> Maybe[date]:
        """A date; ``asking`` as for a text."""
        try:
            found: Maybe[date] = read_date(self.typed.get(name, "").strip()).value
        except Unreadable as fault:
            self.errors[name] = mending(fault)
            return UNKNOWN
        if found is UNKNOWN and asking:
            self.errors[name] = asking
        return found

    def coming(self, name: str, on: date, *, asking: str = "") -> Maybe[date]:
        """A date that is not past."""
        found = self.day(name, asking=asking)
        if found is not UNKNOWN and found < on:
            self.errors[name] = "Cette date est passée : donnez un jour à venir."
        return found

    def reason(self, name: str, asking: str = "") -> str:
        """Why; ``asking`` as for a text."""
        found = self.typed.get(name, "").strip()
        if fault := fault_of_reason(found, asking, most=LONGEST_TEXT):
            self.errors[name] = fault
        return found

    def organisation(self, name: str) -> str:
        """An organisation of the catalogue."""
        found = self.typed.get(name, "").strip()
        if found not in current_catalogue().organisations:
            self.errors[name] = "Choisissez le conseil dans la liste."
        return found


def advisers(first: Collection[str] = ()) -> list[tuple[str, str]]:
    """The organisations that may accompany, those of the mission's own proposals first: code and name."""
    every = current_catalogue().organisations
    own = [code for code in dict.fromkeys(first) if code in every]
    others = sorted(
        (code for code, each in every.items() if each.role in _ADVISE and code not in own),
        key=lambda code: every[code].name.casefold(),
    )
    return [(code, organisation_name(code)) for code in (*own, *others)]


_ADVISE = frozenset({"conseil", "pilote"})


def read_opening(typed: Mapping[str, str], mission: Mission, project: str, *, on: date) -> Sent:
    """A project given to an adviser."""
    sent = Sent(typed=typed)
    (ref,) = next_refs(mission, Kind.ACCOMPANIMENT)
    found = core.Accompaniment(
        id=ref,
        project_id=project,
        adviser=sent.organisation("conseil"),
        contact=sent.text("interlocuteur"),
        opened_on=on,
        review_on=sent.coming("point_le", on, asking=_FIRST_REVIEW),
    )
    return _wanting(sent, (Kind.ACCOMPANIMENT, ref), found)


def read_many(typed: Mapping[str, str], mission: Mission, proposed: Iterable[tuple[str, str]], *, on: date) -> Sent:
    """Several projects, each given to the adviser that the study proposes (project, organisation)."""
    sent, pairs = Sent(typed=typed), list(proposed)
    review = sent.coming("point_le", on, asking=_FIRST_REVIEW)
    if not sent.errors:
        for ref, (project, adviser) in zip(next_refs(mission, Kind.ACCOMPANIMENT, len(pairs)), pairs, strict=True):
            sent.wanted[Kind.ACCOMPANIMENT, ref] = core.Accompaniment(
                id=ref, project_id=project, adviser=adviser, opened_on=on, review_on=review
            )
    return sent


def read_meeting(
    typed: Mapping[str, str], held: core.Accompaniment, *, by: str, organisation: str, number: int, on: date
) -> Sent:
    """What was agreed one day, and when the next review is."""
    sent = Sent(typed=typed)
    day = sent.day("date", asking="Donnez la date du rendez-vous.")
    if day is not UNKNOWN and day > on:
        sent.errors["date"] = "Ce jour n’est pas venu : notez le rendez-vous après l’avoir tenu."
    meeting = core.AdviceMeeting(
        accompaniment_id=held.id,
        number=number,
        on=day,
        who=sent.text("presents", asking="Dites qui était présent."),
        agreed=sent.text("convenu", most=LONGEST_TEXT, asking="Écrivez ce qui a été convenu."),
        next=sent.text("suite", most=LONGEST_TEXT),
        organisation=organisation,
        by=by,
    )
    review = sent.coming("prochain", on)
    _wanting(sent, (Kind.MEETING, meeting_ref(held.id, number)), meeting)
    if review is not UNKNOWN:
        _wanting(sent, (Kind.ACCOMPANIMENT, held.id), replace(held, review_on=review))
    return sent


def read_review(typed: Mapping[str, str], held: core.Accompaniment, *, on: date) -> Sent:
    """Who is in charge, and when the next review is."""
    sent = Sent(typed=typed)
    contact = sent.text("interlocuteur")
    review = sent.coming("point_le", on, asking="Donnez la date du prochain point.")
    return _wanting(sent, (Kind.ACCOMPANIMENT, held.id), replace(held, contact=contact, review_on=review))


def read_promise(typed: Mapping[str, str], held: core.Accompaniment, *, on: date) -> Sent:
    """A piece of evidence that somebody is to bring: it takes the place of what was promised on that criterion."""
    sent = Sent(typed=typed)
    criterion, _, level = typed.get("preuve", "").partition(":")
    known = {each.code: each for each in maturity_grid().criteria}
    if criterion not in known or level not in {str(rank) for rank in range(1, known[criterion].best + 1)}:
        sent.errors["preuve"] = "Choisissez la preuve promise."
    if typed.get("par") not in set(Promiser):
        sent.errors["par"] = "Dites qui l’apporte."
    before = sent.coming("avant_le", on, asking="Donnez la date à laquelle elle est promise.")
    if sent.errors:
        return sent
    promise = core.PromisedEvidence(criterion=criterion, level=int(level), by=Promiser(typed["par"]), before=before)
    others = tuple(each for each in held.promises if each.criterion != criterion)
    return _wanting(sent, (Kind.ACCOMPANIMENT, held.id), replace(held, promises=(*others, promise)))


def read_unpromise(typed: Mapping[str, str], held: core.Accompaniment) -> Sent:
    """Nobody is to bring it any more."""
    left = tuple(each for each in held.promises if each.criterion != typed.get("critere"))
    return _wanting(Sent(typed=typed), (Kind.ACCOMPANIMENT, held.id), replace(held, promises=left))


def read_change(typed: Mapping[str, str], held: core.Accompaniment, mission: Mission, *, on: date) -> Sent:
    """Another adviser takes it up: this one is over, and another begins with what others promised."""
    sent = Sent(typed=typed)
    adviser = sent.organisation("conseil")
    if adviser == held.adviser:
        sent.errors["conseil"] = "C’est déjà son conseil : choisissez-en un autre."
    reason = sent.reason("motif_change", "Écrivez pourquoi le conseil change.")
    (ref,) = next_refs(mission, Kind.ACCOMPANIMENT)
    opened = core.Accompaniment(
        id=ref,
        project_id=held.project_id,
        adviser=adviser,
        contact=sent.text("interlocuteur_suivant"),
        opened_on=on,
        review_on=sent.coming("premier_point", on, asking="Donnez la date du premier point."),
        promises=tuple(each for each in held.promises if each.by is not Promiser.ADVISER),
    )
    ended = replace(held, outcome=AccompanimentOutcome.PASSED_ON, closed_on=on, reason=reason)
    _wanting(sent, (Kind.ACCOMPANIMENT, held.id), ended)
    return _wanting(sent, (Kind.ACCOMPANIMENT, ref), opened)


def read_closing(typed: Mapping[str, str], held: core.Accompaniment, *, ripe: bool, on: date) -> Sent:
    """It is over: the project is ripe, or given up."""
    sent = Sent(typed=typed)
    outcome = typed.get("issue", "")
    if outcome not in {AccompanimentOutcome.RIPE.value, AccompanimentOutcome.ABANDONED.value}:
        sent.errors["issue"] = "Choisissez l’issue."
    elif outcome == AccompanimentOutcome.RIPE and not ripe:
        sent.errors["issue"] = (
            "La grille ne dit pas ce projet mûr : saisissez d’abord les preuves sur sa fiche, ou fixez son niveau."
        )
    asking = "Écrivez le motif de l’abandon." if outcome == AccompanimentOutcome.ABANDONED else ""
    reason = sent.reason("motif_issue", asking)
    if sent.errors:
        return sent
    ended = replace(held, outcome=AccompanimentOutcome(outcome), closed_on=on, reason=reason)
    return _wanting(sent, (Kind.ACCOMPANIMENT, held.id), ended)


def _wanting(sent: Sent, key: tuple[Kind, str], row: Any) -> Sent:
    if not sent.errors:
        sent.wanted[key] = row
    return sent
