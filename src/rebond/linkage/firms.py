"""Which firm of the census a partner's line names: SIREN first, then name and commune.

Nothing is linked on a likeness. Without a person, a line names a firm when it bears its SIREN, or its very name in its
commune; everything that merely resembles is at most a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Firm, PartnerEntry
from rebond.linkage.candidates import Candidates, KnownFirm, frequent_words, group_sirens, known_firms
from rebond.linkage.model import Outcome
from rebond.linkage.names import (
    KIN_WORDS,
    Kin,
    Likeness,
    Name,
    dash_parts,
    is_acronym,
    kin,
    likeness,
    opposed,
    read_name,
    written_variants,
)
from rebond.linkage.places import Places
from rebond.linkage.rules import LinkageRules
from rebond.linkage.sirens import WrittenSiren, written_siren
from rebond.reading.words import says_nothing

CERTAIN = 100
SAME_AT_LEAST = 88
"""Score shown for the same distinctive words, whatever is beside them."""
_OPPOSED_COST = 15
"""What two trades without anything in common take from a likeness."""
_PLACE_RANK = {Truth.YES: 2, Truth.UNKNOWN: 1, Truth.NO: 0}
_PLACE_WORDS = {
    Truth.YES: "même commune",
    Truth.UNKNOWN: "commune non comparable",
    Truth.NO: "commune différente",
}
NEAR_SIREN_RANK = 3
"""A SIREN with one wrong digit says more than a commune."""
_ENOUGH_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmMatch:
    """A firm that a line may name."""

    firm_id: str
    outcome: Outcome
    score: int
    reasons: tuple[str, ...]
    rank: int = 0
    """What supports the name: commune, SIREN nearly the same."""
    awaits_project: bool = False
    """The very name and no commune to compare, or its short form: a project that fits makes it certain."""
    close: bool = False
    """To be confirmed, and likely: its projects are in doubt even when the line describes none of them."""
    decided: bool = False


class FirmMatcher:
    """Matches lines against the firms of a census; each line on its own, so that no line can undo another."""

    def __init__(
        self,
        firms: Sequence[Firm],
        communes: Mapping[str, frozenset[str]],
        places: Places,
        rules: LinkageRules,
        *,
        around: frozenset[str] = frozenset(),
    ) -> None:
        """``around``: words of the communes around, that distinguish no firm."""
        self._rules = rules
        self._places = places
        self._around = around
        self._firms = known_firms(firms, communes, places, around, rules)
        self._by_siren: dict[str, list[str]] = defaultdict(list)
        for firm_id, known in self._firms.items():
            if known.siren.digits:
                self._by_siren[known.siren.digits].append(firm_id)
        self._by_group_siren = group_sirens(self._firms)
        self._read: dict[str, tuple[Name, ...]] = {}
        self._by_commune: dict[str, set[str]] = defaultdict(set)
        for firm_id, codes in communes.items():
            for code in codes:
                self._by_commune[code].add(firm_id)
        self._at: dict[str, frozenset[str]] = {}

    def match(self, entries: Sequence[PartnerEntry]) -> list[tuple[FirmMatch, ...]]:
        """For each line, the firms that it names or may name, and the refused look-alikes."""
        self._read = {text: self._names(text) for text in {entry.firm_name for entry in entries}}
        self._forget_frequent()
        candidates = Candidates(self._firms, prefilter=self._rules.names.prefilter).of(
            name for names in self._read.values() for name in names
        )
        matches = []
        for entry in entries:
            names = self._read[entry.firm_name]
            compared = sorted({firm_id for name in names for firm_id in candidates(name)})
            matches.append(self._judge(entry, names, compared))
        return matches

    def _names(self, text: str) -> tuple[Name, ...]:
        names = [
            read_name(part, self._rules, places=self._around)
            for part in written_variants(text)
            if not says_nothing(part)
        ]
        sides = (read_name(side, self._rules, places=self._around) for side in dash_parts(text))
        names += [replace(side, part=True) for side in sides]
        return tuple(names)

    def _forget_frequent(self) -> None:
        """Words that turn out to be everybody's distinguish no one."""
        words = frequent_words(
            (known.names for known in self._firms.values()),
            (name for names in self._read.values() for name in names),
            self._rules.names.frequent,
        )
        if not words:
            return
        self._read = {text: tuple(name.finding_ordinary(words) for name in names) for text, names in self._read.items()}
        self._firms = {
            firm_id: replace(known, names=tuple(name.finding_ordinary(words) for name in known.names))
            for firm_id, known in self._firms.items()
        }

    def knows(self, firm_id: str) -> bool:
        """Whether a firm is in the census."""
        return firm_id in self._firms

    def at(self, written: str) -> frozenset[str]:
        """Firms whose commune, or that of a project, is the written place; read once for each way of writing."""
        if written not in self._at:
            codes = {code for code in self._by_commune if self._places.agree(written, {code}) is Truth.YES}
            self._at[written] = frozenset().union(*(self._by_commune[code] for code in codes))
        return self._at[written]

    def own_words(self, written: str) -> frozenset[str]:
        """Distinctive words of a name as a line writes it."""
        return frozenset(word for name in self._read[written][:1] for word in name.distinctive)

    def distinguishing_words(self, firm_id: str) -> frozenset[str]:
        """Words of a firm's names and communes that say nothing of its projects."""
        known = self._firms[firm_id]
        return frozenset(word for name in known.names for word in name.distinctive) | known.places

    # ------------------------------------------------------------------ judgement

    def _judge(self, entry: PartnerEntry, names: tuple[Name, ...], compared: Sequence[str]) -> tuple[FirmMatch, ...]:
        siren = written_siren(entry.siren)
        same = [firm_id for firm_id in self._by_siren.get(siren.digits, ()) if siren.same(self._firms[firm_id].siren)]
        found = [
            self._by_name(entry, names, siren, self._firms[firm_id]) for firm_id in compared if firm_id not in same
        ]
        matches = [match for match in found if match is not None]
        if same:
            return self._same_siren(entry, names, siren, same, matches)
        for firm_id in self._by_group_siren.get(siren.digits, ()) if siren.valid else ():
            matches = [match for match in matches if match.firm_id != firm_id]
            reason = f"SIREN d'une société liée à cette entreprise : {siren.written}"
            matches.append(
                FirmMatch(
                    firm_id=firm_id, outcome=Outcome.TO_CONFIRM, score=SAME_AT_LEAST, reasons=(reason,), close=True
                )
            )
        return _settle(matches, self._rules)

    def _same_siren(
        self,
        entry: PartnerEntry,
        names: tuple[Name, ...],
        siren: WrittenSiren,
        firm_ids: Sequence[str],
        others: Sequence[FirmMatch],
    ) -> tuple[FirmMatch, ...]:
        """The same SIREN is certain, unless the name is quite another: a new name, or the number of the row above.

        Several sites of one firm are told apart by their commune; when it does not, a person chooses.
        """
        agreeing = [
            firm_id
            for firm_id in firm_ids
            if self._places.agree(entry.commune, self._firms[firm_id].communes) is Truth.YES
        ]
        kept = agreeing or list(firm_ids)
        named = [match for match in others if match.outcome is Outcome.LINKED or match.awaits_project]
        matches = []
        for firm_id in kept:
            best = self._likeness(names, self._firms[firm_id], entry)
            reasons = [f"SIREN identique {siren.written}"]
            outcome = Outcome.LINKED
            if not siren.valid:
                reasons.append("la clé de contrôle du SIREN ne convient pas, mais les deux l'écrivent ainsi")
            if best is not None and self._unlike(best, self._firms[firm_id], same_place=bool(agreeing)):
                outcome = Outcome.TO_CONFIRM
                reasons.append(f"noms très différents : « {best.left.written} » / « {best.right.written} »")
                reasons.append("nouveau nom, ou numéro copié d'une autre ligne ?")
                if named:
                    reasons.append("le nom est celui d'une autre entreprise du recensement")
            if len(kept) > 1:
                outcome = Outcome.TO_CONFIRM
                reasons.append("plusieurs sites ont ce SIREN : à départager")
            matches.append(
                FirmMatch(firm_id=firm_id, outcome=outcome, score=CERTAIN, reasons=tuple(reasons), close=True)
            )
        rivals = (
            [_doubted(match, "le SIREN est celui d'une autre entreprise du recensement") for match in named]
            if matches and named and all(match.outcome is Outcome.TO_CONFIRM for match in matches)
            else []
        )
        return (*matches, *rivals)

    def _unlike(self, best: Likeness, known: KnownFirm, *, same_place: bool) -> bool:
        """Whether the names are quite others, or those of two firms of one family in two places."""
        if best.kin >= Kin.GROUP or best.acronym:
            return False
        if best.kin >= Kin.APART:
            return not same_place
        if opposed(best.left, known.trades):
            return True
        if best.left.distinctive and best.right.distinctive:
            left, right = (replace(name, words=name.distinctive) for name in (best.left, best.right))
            return likeness(left, right, frozenset()) < self._rules.names.to_confirm.same
        return best.score < self._rules.names.to_confirm.same

    def _likeness(self, names: tuple[Name, ...], known: KnownFirm, entry: PartnerEntry) -> Likeness | None:
        """The best of all pairs of names; the group's name is looked at when no name of the firm's own is written."""
        places = known.places | self._places.words((), entry.commune)
        pairs = [self._pair(left, right, known, places, whole=names[0]) for left in names for right in known.names]
        best = max(pairs, key=lambda pair: (pair.kin >= Kin.SAME, pair.score, not pair.right.former), default=None)
        grouped = _grouped(names, known)
        if grouped is not None and (best is None or best.kin < Kin.IDENTICAL):
            return grouped
        if best is not None and best.score < self._rules.names.to_confirm.same:
            for pair in pairs:
                if is_acronym(pair.left, pair.right, self._rules):
                    return replace(pair, score=self._rules.names.to_confirm.unknown, acronym=True)
        return best

    def _pair(self, left: Name, right: Name, known: KnownFirm, places: frozenset[str], *, whole: Name) -> Likeness:
        found = kin(left, right, told=known.told, places=known.places)
        if left.part and found >= Kin.SAME and _contradicts(whole, right, known):
            found = Kin.OPPOSED
        score = likeness(left, right, places)
        if found in {Kin.SAME, Kin.OPPOSED}:
            score = max(score, SAME_AT_LEAST)
        elif found is not Kin.IDENTICAL and opposed(left, known.trades):
            score = max(0, score - _OPPOSED_COST)
        return Likeness(score=score, kin=found, left=left, right=right)

    def _by_name(
        self, entry: PartnerEntry, names: tuple[Name, ...], siren: WrittenSiren, known: KnownFirm
    ) -> FirmMatch | None:
        """What name, commune and SIREN say together; ``None`` when the names are not alike at all."""
        best = self._likeness(names, known, entry)
        rules = self._rules.names
        near = siren.nearly(known.siren)
        if best is None or best.score < (rules.near_siren if near else rules.to_confirm.same):
            return None
        place = self._places.agree(entry.commune, known.communes)
        outcome = self._outcome(best, place, near=near)
        reasons = [_name_reason(best), self._place_reason(entry, known, place)]
        contradicted = siren.contradicts(known.siren)
        if near:
            reasons.append(f"SIREN à un chiffre près : {siren.written} / {known.siren.written}")
        elif contradicted:
            linked = outcome is Outcome.LINKED
            outcome = Outcome.TO_CONFIRM if linked else Outcome.REJECTED
            reasons.append(f"SIREN différents : {siren.written} / {known.siren.written}")
        elif entry.siren is not UNKNOWN and not siren.valid:
            reasons.append(f"SIREN illisible dans la liste du partenaire : « {entry.siren} »")
        certain_name = best.kin is Kin.IDENTICAL and place is Truth.UNKNOWN
        short_name = best.kin is Kin.SAME and place is Truth.YES and not best.right.former
        awaits = (certain_name or short_name) and not best.acronym and _says_enough(best.left)
        return FirmMatch(
            firm_id=known.firm.id,
            outcome=outcome,
            score=best.score,
            reasons=tuple(reasons),
            rank=NEAR_SIREN_RANK if near else _PLACE_RANK[place],
            awaits_project=awaits and not contradicted and outcome is Outcome.TO_CONFIRM,
            close=near or (best.kin >= Kin.GROUP and place is not Truth.NO and not contradicted),
        )

    def _outcome(self, best: Likeness, place: Truth, *, near: bool) -> Outcome:
        """Linked on the same name at the same place, or on a number that confirms; a likeness is for a person."""
        # A former name or a trade name must be written whole: what it shortens to may be another firm's.
        own_name = best.kin >= (Kin.IDENTICAL if best.right.former else Kin.SAME) and not best.acronym
        supported = near and best.kin is not Kin.APART and best.kin is not Kin.OPPOSED and not best.acronym
        if supported and best.kin is not Kin.GROUP and _says_who(best):
            return Outcome.LINKED
        if own_name and place is Truth.YES and _says_enough(best.left) and not _is_short_for(best):
            return Outcome.LINKED
        floors = self._rules.names.to_confirm
        floor = {Truth.YES: floors.same, Truth.UNKNOWN: floors.unknown, Truth.NO: floors.other}[place]
        if place is Truth.NO and best.kin not in {Kin.IDENTICAL, Kin.SAME, Kin.GROUP}:
            return Outcome.REJECTED
        return Outcome.TO_CONFIRM if near or best.score >= floor else Outcome.REJECTED

    def _place_reason(self, entry: PartnerEntry, known: KnownFirm, place: Truth) -> str:
        text = _PLACE_WORDS[place]
        if place is Truth.NO:
            return f"{text} : {entry.commune.strip()} / {self._places.name(known.communes)}"
        return text


def _contradicts(whole: Name, firm: Name, known: KnownFirm) -> bool:
    """Whether the other side of a dash says a holding, a property company or another trade."""
    return bool(whole.roles - firm.roles) or whole.form_kind != firm.form_kind or opposed(whole, known.trades)


def _says_enough(name: Name) -> bool:
    """Not a lone word that anybody may bear: « Fonderie »."""
    return bool(name.distinctive) or len(name.words) >= _ENOUGH_WORDS


def _is_short_for(best: Likeness) -> bool:
    """« Royer » for « Royer Fonderie » or « Royer et Fils »: a family name alone may be a cousin's."""
    return len(best.left.words) == 1 and len(best.right.words) > 1


def _says_who(best: Likeness) -> bool:
    """Beside a number nearly right, a name must still say whose it is, not only what trade."""
    return best.kin >= Kin.SAME or bool(best.left.distinctive and best.right.distinctive)


def _grouped(names: Sequence[Name], known: KnownFirm) -> Likeness | None:
    """Whether a line writes the name of a firm's group."""
    for left in names:
        for right in known.groups:
            same = sorted(left.words) == sorted(right.words)
            if left.trades - right.trades:
                # « Garnier Mécanique » names one firm of the group, not the group.
                continue
            if same or (left.distinctive and sorted(left.distinctive) == sorted(right.distinctive)):
                return Likeness(score=SAME_AT_LEAST, kin=Kin.GROUP, left=left, right=right)
    return None


def _name_reason(best: Likeness) -> str:
    old = " (ancien nom ou enseigne)" if best.right.former else ""
    pair = f"« {best.left.written} » ~ « {best.right.written} »{old}"
    if best.acronym:
        return f"sigle possible : {pair}"
    if best.kin in KIN_WORDS:
        return f"{KIN_WORDS[best.kin]} : {pair} ({best.score}/100)"
    words = {Kin.IDENTICAL: "nom identique", Kin.SAME: "même nom propre"}
    return f"{words.get(best.kin, 'nom proche')} : {pair} ({best.score}/100)"


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
    return tuple(_doubted(match, doubt) if match is winner or match in rivals else _beaten(match) for match in order)


def _beaten(match: FirmMatch) -> FirmMatch:
    if match.outcome is Outcome.REJECTED:
        return match
    reasons = (*match.reasons, "une autre entreprise correspond mieux")
    return replace(match, outcome=Outcome.REJECTED, reasons=reasons, awaits_project=False)


def _doubted(match: FirmMatch, reason: str) -> FirmMatch:
    reasons = (*match.reasons, reason)
    return replace(match, outcome=Outcome.TO_CONFIRM, reasons=reasons, awaits_project=False, close=True)
