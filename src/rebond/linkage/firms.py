"""Which firm of the census a partner's line names: SIREN first, then name and commune."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz, process

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Firm, PartnerEntry
from rebond.linkage.model import Outcome
from rebond.linkage.names import Likeness, Name, is_acronym, likeness, read_name, written_variants
from rebond.linkage.places import Places
from rebond.linkage.rules import ByPlace, LinkageRules
from rebond.linkage.sirens import WrittenSiren, written_siren

CHUNK = 512
"""Names compared at once: bounds the matrix of scores."""
CERTAIN = 100
_PLACE_RANK = {Truth.YES: 2, Truth.UNKNOWN: 1, Truth.NO: 0}
_PLACE_WORDS = {
    Truth.YES: "même commune",
    Truth.UNKNOWN: "commune non comparable",
    Truth.NO: "commune différente",
}
NEAR_SIREN_RANK = 3
"""A SIREN with one wrong digit says more than a commune."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmMatch:
    """A firm that a line may name."""

    firm_id: str
    outcome: Outcome
    score: int
    reasons: tuple[str, ...]
    rank: int = 0
    """What supports the name: commune, SIREN nearly the same."""
    decided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A firm of the census ready to be compared."""

    firm: Firm
    names: tuple[Name, ...]
    siren: WrittenSiren
    communes: frozenset[str]
    places: frozenset[str]


class FirmMatcher:
    """Matches lines against the firms of a census; each line on its own, so that no line can undo another."""

    def __init__(
        self,
        firms: Sequence[Firm],
        communes: Mapping[str, frozenset[str]],
        places: Places,
        rules: LinkageRules,
    ) -> None:
        self._rules = rules
        self._places = places
        self._firms = {
            firm.id: _Known(
                firm=firm,
                names=_names_of(firm, rules),
                siren=written_siren(firm.siren),
                communes=communes[firm.id],
                places=places.words(communes[firm.id]),
            )
            for firm in firms
        }
        self._by_siren: dict[str, list[str]] = defaultdict(list)
        for firm_id, known in self._firms.items():
            if known.siren.digits:
                self._by_siren[known.siren.digits].append(firm_id)

    def match(self, entries: Sequence[PartnerEntry]) -> list[tuple[FirmMatch, ...]]:
        """For each line, the firms that it names or may name, and the refused look-alikes."""
        variants = [
            tuple(read_name(text, self._rules) for text in written_variants(entry.firm_name)) for entry in entries
        ]
        candidates = self._candidates(name for names in variants for name in names)
        return [self._judge(entry, names, candidates) for entry, names in zip(entries, variants, strict=True)]

    def knows(self, firm_id: str) -> bool:
        """Whether a firm is in the census."""
        return firm_id in self._firms

    def distinguishing_words(self, firm_id: str) -> frozenset[str]:
        """Words of a firm's names and communes that say nothing of its projects."""
        known = self._firms[firm_id]
        return frozenset(word for name in known.names for word in name.distinctive) | known.places

    # ---------------------------------------------------------------- candidates

    def _candidates(self, names: Iterable[Name]) -> dict[str, frozenset[str]]:
        """By blocking key, the firms worth comparing: a common word, a close spelling, initials."""
        by_key, by_word, by_initials = self._index()
        found: dict[str, set[str]] = {}
        for name in names:
            key = name.blocking_key
            found.setdefault(key, set())
            for word in name.distinctive:
                found[key] |= by_word.get(word, set())
            if len(name.words) == 1:
                found[key] |= by_initials.get(name.words[0], set())
            for initials in name.initials:
                found[key] |= by_word.get(initials, set())
        wanted, keys = sorted(found), sorted(by_key)
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            scores = process.cdist(
                chunk, keys, scorer=fuzz.ratio, score_cutoff=self._rules.names.prefilter, dtype=np.uint8
            )
            for row, column in zip(*np.nonzero(scores), strict=True):
                found[chunk[row]] |= by_key[keys[column]]
        return {key: frozenset(firm_ids) for key, firm_ids in found.items()}

    def _index(self) -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, set[str]]]:
        by_key: dict[str, set[str]] = defaultdict(set)
        by_word: dict[str, set[str]] = defaultdict(set)
        by_initials: dict[str, set[str]] = defaultdict(set)
        for firm_id, known in self._firms.items():
            for name in known.names:
                by_key[name.blocking_key].add(firm_id)
                for initials in name.initials:
                    by_initials[initials].add(firm_id)
                for word in name.distinctive:
                    by_word[word].add(firm_id)
        return by_key, by_word, by_initials

    # ------------------------------------------------------------------ judgement

    def _judge(
        self, entry: PartnerEntry, names: tuple[Name, ...], candidates: Mapping[str, frozenset[str]]
    ) -> tuple[FirmMatch, ...]:
        siren = written_siren(entry.siren)
        same = self._by_siren.get(siren.digits, []) if siren.digits else []
        if same:
            return self._same_siren(entry, names, siren, same)
        compared = sorted({firm_id for name in names for firm_id in candidates[name.blocking_key]})
        matches = [self._by_name(entry, names, siren, self._firms[firm_id]) for firm_id in compared]
        return _settle([match for match in matches if match is not None], self._rules)

    def _same_siren(
        self, entry: PartnerEntry, names: tuple[Name, ...], siren: WrittenSiren, firm_ids: Sequence[str]
    ) -> tuple[FirmMatch, ...]:
        """The same SIREN is certain; several sites of one firm are told apart by their commune."""
        agreeing = [
            firm_id
            for firm_id in firm_ids
            if self._places.agree(entry.commune, self._firms[firm_id].communes) is Truth.YES
        ]
        matches = []
        for firm_id in agreeing or firm_ids:
            best = self._likeness(names, self._firms[firm_id], entry)
            reasons = [f"SIREN identique {siren.written}"]
            if not siren.valid:
                reasons.append("la clé de contrôle du SIREN ne convient pas, mais les deux l'écrivent ainsi")
            if best is not None and best.score < self._rules.names.prefilter:
                reasons.append(f"noms très différents : « {best.left.written} » / « {best.right.written} »")
            matches.append(FirmMatch(firm_id=firm_id, outcome=Outcome.LINKED, score=CERTAIN, reasons=tuple(reasons)))
        return tuple(matches)

    def _likeness(self, names: tuple[Name, ...], known: _Known, entry: PartnerEntry) -> Likeness | None:
        places = known.places | self._places.words((), entry.commune)
        pairs = [
            Likeness(score=likeness(left, right, places), left=left, right=right)
            for left in names
            for right in known.names
        ]
        best = max(pairs, key=lambda pair: (pair.score, not pair.right.former), default=None)
        if best is not None and best.score < self._rules.names.to_confirm.same:
            for pair in pairs:
                if is_acronym(pair.left, pair.right, self._rules):
                    return replace(pair, score=self._rules.names.to_confirm.unknown, acronym=True)
        return best

    def _by_name(
        self, entry: PartnerEntry, names: tuple[Name, ...], siren: WrittenSiren, known: _Known
    ) -> FirmMatch | None:
        """What name, commune and SIREN say together; ``None`` when the names are not alike at all."""
        best = self._likeness(names, known, entry)
        rules = self._rules.names
        near = siren.nearly(known.siren)
        if best is None or best.score < (rules.near_siren if near else rules.to_confirm.same):
            return None
        place = self._places.agree(entry.commune, known.communes)
        outcome = _outcome(best.score, place, rules.linked, rules.to_confirm)
        reasons = [_name_reason(best), self._place_reason(entry, known, place)]
        if best.acronym and outcome is Outcome.LINKED:
            outcome = Outcome.TO_CONFIRM
        if near:
            outcome = Outcome.LINKED if not best.acronym else Outcome.TO_CONFIRM
            reasons.append(f"SIREN à un chiffre près : {siren.written} / {known.siren.written}")
        elif siren.contradicts(known.siren):
            outcome = Outcome.TO_CONFIRM if outcome is Outcome.LINKED else Outcome.REJECTED
            reasons.append(f"SIREN différents : {siren.written} / {known.siren.written}")
        elif entry.siren is not UNKNOWN and not siren.valid:
            reasons.append(f"SIREN illisible dans la liste du partenaire : « {entry.siren} »")
        rank = NEAR_SIREN_RANK if near else _PLACE_RANK[place]
        return FirmMatch(firm_id=known.firm.id, outcome=outcome, score=best.score, reasons=tuple(reasons), rank=rank)

    def _place_reason(self, entry: PartnerEntry, known: _Known, place: Truth) -> str:
        text = _PLACE_WORDS[place]
        if place is Truth.NO:
            return f"{text} : {entry.commune.strip()} / {self._places.name(known.communes)}"
        return text


def _names_of(firm: Firm, rules: LinkageRules) -> tuple[Name, ...]:
    current = [read_name(text, rules) for text in written_variants(firm.name)]
    former = [read_name(text, rules, former=True) for old in firm.former_names for text in written_variants(old)]
    return tuple({name.words: name for name in reversed([*current, *former])}.values())[::-1]


def _outcome(score: int, place: Truth, linked: ByPlace, to_confirm: ByPlace) -> Outcome:
    """The table of thresholds: linked, to confirm or rejected by what is known of the communes."""
    floors = {
        Truth.YES: (linked.same, to_confirm.same),
        Truth.UNKNOWN: (linked.unknown, to_confirm.unknown),
        Truth.NO: (linked.other, to_confirm.other),
    }
    link, confirm = floors[place]
    if score >= link:
        return Outcome.LINKED
    return Outcome.TO_CONFIRM if score >= confirm else Outcome.REJECTED


def _name_reason(best: Likeness) -> str:
    old = " (ancien nom)" if best.right.former else ""
    pair = f"« {best.left.written} » ~ « {best.right.written} »{old}"
    if best.acronym:
        return f"sigle possible : {pair}"
    word = "nom identique" if best.score == CERTAIN else "nom proche"
    return f"{word} : {pair} ({best.score}/100)"


def _settle(matches: Sequence[FirmMatch], rules: LinkageRules) -> tuple[FirmMatch, ...]:
    """One firm is linked only when no other is as likely; otherwise a person chooses among them."""
    order = sorted(matches, key=lambda match: (-match.rank, -match.score, match.firm_id))
    winner = next((match for match in order if match.outcome is Outcome.LINKED), None)
    if winner is None:
        return tuple(sorted(order, key=lambda match: (-match.score, match.firm_id)))
    rivals = [
        match
        for match in order
        if match is not winner
        and match.outcome is not Outcome.REJECTED
        and match.rank >= winner.rank
        and match.score > winner.score - rules.names.homonym_gap
    ]
    if not rivals:
        return tuple(match if match is winner else _beaten(match) for match in order)
    doubt = "plusieurs entreprises se ressemblent : à départager"
    return tuple(
        replace(match, outcome=Outcome.TO_CONFIRM, reasons=(*match.reasons, doubt))
        if match is winner or match in rivals
        else _beaten(match)
        for match in order
    )


def _beaten(match: FirmMatch) -> FirmMatch:
    if match.outcome is Outcome.REJECTED:
        return match
    reasons = (*match.reasons, "une autre entreprise correspond mieux")
    return replace(match, outcome=Outcome.REJECTED, reasons=reasons)
