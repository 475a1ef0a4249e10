"""What a document that leaves the team says of a mission: everything adds up, nobody is named by a confidence.

The result itself is veiled before any chapter reads it, so that no list, note or annex has to remember to be silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from rebond.data import data_folder
from rebond.data.shapes import TEXT, block, by_key, many, read_shaped
from rebond.facts import UNKNOWN, ActionProgress, Census, Interview
from rebond.indicators.breakdowns import by_organisation, project_row, slug
from rebond.indicators.counted import PREVENTION, interview_rows, open_questions
from rebond.indicators.model import Indicator, Row
from rebond.reading.words import fold
from rebond.referrals.steps import ReferralKind
from rebond.results import MissionResult, ProjectResult
from rebond.roadmap.adopted import AdoptedAction
from rebond.roadmap.build import HeardNeed, ProposedAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """Something told to the team, and what leaves it: its number, or nothing."""

    title: str
    is_counted: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidences:
    """The declaration: what is a confidence, the words in its place, who reads each document."""

    project: str
    firm: str
    reason: str
    prefix: str
    kinds: frozenset[ReferralKind]
    """The ways out that give a confidence away: a firm with one of them is not named."""
    documents: Mapping[str, str]
    editions: Mapping[str, frozenset[str]]
    """Edition → the readers whose documents it holds."""
    title: str
    """In place of a title that tells a confidence."""
    declared: tuple[Confidence, ...] = ()
    """For people who type: what is kept inside the team, and why."""
    words: tuple[str, ...] = ()
    """A text with one of them tells a confidence."""

    def tells(self, text: str) -> bool:
        """Whether a free text gives a confidence away, such as « Transmission à l'équipe de direction »."""
        return bool(text) and _any_of(self.words).search(fold(text)) is not None

    def way_out(self, kind: ReferralKind) -> str:
        """What becomes of a project, as it may be told outside the team."""
        return self.project if kind in self.kinds else kind.label

    def discreet(self, words: str) -> str:
        """A title as it may be kept where nobody looks after it: a letter, another calendar."""
        return self.title if self.tells(words) else words

    @property
    def outside(self) -> frozenset[str]:
        """The documents that leave the team."""
        return frozenset(name for name, reader in self.documents.items() if reader != "equipe")

    def of_edition(self, edition: str) -> frozenset[str]:
        """The documents of an edition; of a whole run (empty), all but those made for one reader."""
        if not edition:
            return frozenset(name for name, reader in self.documents.items() if reader != "destinataire")
        return frozenset(name for name, reader in self.documents.items() if reader in self.editions[edition])


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """What finds one of these words, or its plural, in a folded text."""
    return re.compile("|".join(rf"\b{re.escape(fold(word))}s?\b" for word in words) or r"(?!)")


def load_confidences(path: Path) -> Confidences:
    """Read ``confidences.yaml``; raises ``CatalogueError`` with every fault of the file."""
    data: dict[str, Any] = read_shaped(path, _SHAPE).data
    return Confidences(
        project=data["projet"],
        firm=data["entreprise"],
        reason=data["motif"],
        prefix=data["identifiant"],
        kinds=frozenset(ReferralKind(kind) for each in data["confidences"].values() for kind in each["suites"]),
        documents=data["documents"],
        editions={name: frozenset(readers) for name, readers in data["editions"].items()},
        title=data["intitule"],
        words=tuple(word for each in data["confidences"].values() for word in each.get("mots", ())),
        declared=tuple(
            Confidence(title=each["titre"], is_counted=each["hors_equipe"] == "compte", why=each["pourquoi"])
            for each in data["confidences"].values()
        ),
    )


_READERS = {"enum": ["equipe", "comite", "partenaires", "presse", "destinataire"]}
_SHAPE = block(
    schema={"const": "confidences/v1"},
    projet=TEXT,
    entreprise=TEXT,
    motif=TEXT,
    intitule=TEXT,
    identifiant=TEXT,
    confidences=by_key(
        block(
            frozenset({"mots"}),
            titre=TEXT,
            hors_equipe={"enum": ["compte", "jamais"]},
            suites=many({"enum": [kind.value for kind in ReferralKind]}),
            mots=many(TEXT),
            pourquoi=TEXT,
        )
    ),
    documents=by_key(_READERS),
    editions=by_key(many(_READERS)),
)


@cache
def confidences() -> Confidences:
    """The declaration that is shipped: no catalogue of an instance loosens it."""
    return load_confidences(data_folder() / "referentiels" / "confidences.yaml")


def without_confidences(result: MissionResult) -> MissionResult:
    """The result as it may leave the team: same totals, same number of projects, no name nor word told in confidence.

    A firm with a confidence is named nowhere, and its projects come last under identifiers of their own: their place in
    a list would say which they are.
    """
    words = confidences()
    firms = {p.firm.id for p in result.projects if any(r.kind in words.kinds for r in p.referrals)}
    mine = [p for p in result.projects if p.firm.id in firms]
    others = [p for p in result.projects if p.firm.id not in firms]
    ids = _new_ids((p.project.id for p in mine), {p.project.id for p in result.projects}, words.prefix)
    told = list(rows_of_firms(result, firms))
    others_ids = _new_ids((row.id for row in told), ids.values(), f"{words.prefix}-E")
    hidden = {
        **{key_of(row): others_ids[row.id] for row in told},
        **{key_of(project_row(p)): ids[p.project.id] for p in mine},
    }
    aside = {action.proposal for action in result.census.actions if not action.is_adopted}
    veiled = replace(
        result,
        organisations={**result.organisations, _NOBODY: words.project},
        labels=replace(result.labels, organisations={**result.labels.organisations, _NOBODY: words.project}),
        census=_census(result.census, firms, ids, words),
        projects=(*others, *(_project(p, ids[p.project.id], words) for p in mine)),
        roadmap=tuple(replace(each, needs=_unheard(each.needs)) for each in result.roadmap if each.key not in aside),
        adopted=tuple(_adopted(each, words) for each in result.adopted),
        indicators=tuple(_indicator(i, hidden, result, words) for i in _unplaced(result.indicators, hidden)),
    )
    return replace(veiled, indicators=tuple(_by_those_told(veiled)))


_NOBODY = "accompagnement-confidentiel"
"""In place of the organisation that a confidence goes to: the name of some tells why one goes there."""


def _by_those_told(veiled: MissionResult) -> Iterable[Indicator]:
    """The indicators, those of each organisation counted again where they stood, on the names that are told."""
    known = {each.code: each for each in veiled.indicators if each.family == _ORGANISATION}
    again = tuple(_as_known(each, known) for each in by_organisation(veiled))
    first = next(iter(known), None)
    for each in veiled.indicators:
        if each.code == first:
            yield from again
        elif each.code not in known:
            yield each


def _as_known(told: Indicator, known: Mapping[str, Indicator]) -> Indicator:
    """An indicator counted again, with what its sisters say of how they are reckoned."""
    before = known.get(told.code)
    if before is not None and before.value == told.value:
        return before
    like = before or next(iter(known.values()))
    return replace(like, code=told.code, label=told.label, definition=told.definition, value=told.value, rows=told.rows)


_ORGANISATION = "organisation"


def _new_ids(old: Iterable[str], taken: Iterable[str], prefix: str) -> dict[str, str]:
    """``CONF-1``, ``CONF-2``…, none of them an identifier of the census."""
    used, found, rank = set(taken), dict[str, str](), 0
    for each in dict.fromkeys(old):
        rank += 1
        while f"{prefix}-{rank}" in used:
            rank += 1
        found[each] = f"{prefix}-{rank}"
    return found


def key_of(row: Row) -> tuple[str, str]:
    """A row is known by its words too: nothing keeps a census from giving a project and a firm the same identifier."""
    return row.id, row.label


def rows_of_firms(result: MissionResult, firms: set[str]) -> Iterable[Row]:
    """The rows that name one of those firms: itself, its interviews, the doubts about it."""
    census, linkage = result.census, result.linkage
    yield from (Row(id=firm.id, label=firm.name) for firm in census.firms if firm.id in firms)
    visits = tuple(each for each in census.interviews if each.firm_id in firms)
    yield from interview_rows(replace(result, census=replace(census, interviews=visits)))
    doubts = tuple(each for each in linkage.questions if firms.intersection(each.firms))
    yield from open_questions(replace(result, linkage=replace(linkage, questions=doubts)))


def _census(census: Census, firms: set[str], ids: Mapping[str, str], words: Confidences) -> Census:
    """Neither the words of an interview nor, for those firms, a name."""
    return replace(
        census,
        firms=tuple(replace(f, name=words.firm, former_names=()) if f.id in firms else f for f in census.firms),
        interviews=tuple(_silent(i) for i in census.interviews),
        projects=tuple(
            replace(p, id=ids[p.id], title=words.project) if p.id in ids else p
            for p in sorted(census.projects, key=lambda p: p.id in ids)
        ),
        decisions=tuple(
            replace(d, project_id=ids[d.project_id], reason=words.reason) if d.project_id in ids else d
            for d in sorted(census.decisions, key=lambda d: d.project_id in ids)
        ),
        actions=(),
        progress=(),
    )


def _silent(interview: Interview) -> Interview:
    """That it was held, when and by whom; nothing of what was said, nor of who waits for a call."""
    return replace(interview, minutes="", needs=(), callback_on=UNKNOWN, callback_by="", callback_why="")


def _project(p: ProjectResult, new_id: str, words: Confidences) -> ProjectResult:
    """The same amounts; no name, title, place nor reason."""
    return replace(
        p,
        project=replace(p.project, id=new_id, title=words.project),
        firm=replace(p.firm, name=words.firm, former_names=()),
        commune=replace(p.commune, name=words.firm) if p.commune else None,
        referrals=tuple(
            replace(r, organisation=_NOBODY, next_step=words.reason, reason=words.reason)
            if r.kind in words.kinds
            else r
            for r in p.referrals
        ),
        decision=replace(p.decision, reasons=(words.reason,)),
        calls={name: replace(each, reasons=(words.reason,)) for name, each in p.calls.items()},
    )


def _unheard(needs: Iterable[HeardNeed]) -> tuple[HeardNeed, ...]:
    """As many needs, with what they are about and without who said what."""
    return tuple(HeardNeed(firm="", interview="", axis="", text="", theme=need.theme) for need in needs)


def _adopted(found: AdoptedAction, words: Confidences) -> AdoptedAction:
    """The action that people typed: no person, need nor project named, no text that tells a confidence."""
    action = found.action
    told: dict[str, Any] = {
        name: "" if words.tells(getattr(action, name)) else getattr(action, name)
        for name in ("why", "status_reason", "indicator")
    }
    return replace(
        found,
        action=replace(
            action,
            **told,
            title=words.title if words.tells(action.title) else action.title,
            owner_person="",
            adopted_by="",
            needs=(),
            projects=(),
        ),
        needs=_unheard(found.needs),
        added=_unheard(found.added),
        gone=(),
        lost_projects=(),
        last=_said(found.last, words),
        value=_said(found.value, words),
    )


def _said(progress: ActionProgress | None, words: Confidences) -> ActionProgress | None:
    if progress is None:
        return None
    return replace(progress, by="", words="" if words.tells(progress.words) else progress.words)


_NARROW = frozenset({"commune", "secteur"})


def _unplaced(indicators: Iterable[Indicator], hidden: Mapping[tuple[str, str], str]) -> Iterable[Indicator]:
    """The communes and activities without the confidences: alone in one, it would be named."""
    for indicator in indicators:
        rows = tuple(row for row in indicator.rows if key_of(row) not in hidden)
        if indicator.family not in _NARROW or rows == indicator.rows:
            yield indicator
        elif rows:
            yield replace(indicator, rows=rows, value=sum((row.value for row in rows), Decimal(0)))


def _indicator(
    indicator: Indicator, hidden: Mapping[tuple[str, str], str], result: MissionResult, words: Confidences
) -> Indicator:
    """The same value on rows that still add up to it."""
    if indicator.code == PREVENTION and hidden:
        told = f"Projets suivis en confidence : {words.project.lower()}"
        definition = "Projets dont la seule suite n'est dite qu'à l'équipe de la mission."
        indicator = replace(indicator, label=told, definition=definition)
    if indicator.family == "axe":
        return replace(indicator, rows=_needs(indicator.code, result.roadmap))
    if indicator.family == "feuille_de_route":
        rows = (replace(row, label=words.title) if words.tells(row.label) else row for row in indicator.rows)
        return replace(indicator, rows=tuple(rows))
    named = (row for row in indicator.rows if key_of(row) not in hidden)
    found = ((hidden.get(key_of(row)), row) for row in indicator.rows)
    veiled = (replace(row, id=new_id, label=words.project) for new_id, row in found if new_id)
    return replace(indicator, rows=(*named, *veiled))


def _needs(code: str, roadmap: Iterable[ProposedAction]) -> tuple[Row, ...]:
    """The needs of an axis by the action that answers them."""
    mine = (action for action in roadmap if f"besoins_axe_{slug(action.axis)}" == code)
    return tuple(Row(id=a.code, label=f"{a.code} {a.title}", value=Decimal(len(a.needs))) for a in mine)
