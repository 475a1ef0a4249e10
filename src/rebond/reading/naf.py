"""Read a code of activity: of which nomenclature it is, and what it is in that of the catalogue's conditions.

Conditions speak the NAF rév. 2 (decree 2007-1888). Sirene gives the NAF 2025 from 1 January 2027: such a code is
translated by INSEE's table when one activity of the rév. 2 became it; when several did, the activity is UNKNOWN and
they are named. A division that no nomenclature has (34, 54…) is UNKNOWN too. No whole code (25.40Z, 25.40Y) is in both
nomenclatures; some classes and groups (25.40) are, and ten classes changed trade: alone, these are refused, with both
readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rebond.eligibility.naf import NO_DIVISION, WHOLE_CODE, Nomenclatures
from rebond.facts import UNKNOWN
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import fold

_CODE = re.compile(r"^(?P<division>\d{2})(?:[. ]?(?P<rest>\d{1,2})(?P<letter>[A-Z]?))?$")
_TOLD = re.compile(
    r"^(?P<code>[0-9][0-9A-Za-z. ]*?)[\s,]*\(?\s*(?:naf\s*)?(?P<which>2025|r[ée]v\.?\s*[12])\s*\)?$", re.IGNORECASE
)
_FIRST_REVISION = re.compile(r"^\d{2}\.\d[A-Z]$")
"""Sub-classes of the NAF of 1993 and 2003 have three digits: 28.4A."""
_NO_ACTIVITY = frozenset({"00", "00.0", "00.00", "00.00Z"})
_CLASS, _GROUP = 5, 4
_MOST_LISTED = 6
_INSEE = "reprendre le code APE de l'avis de situation de l'INSEE"


class NafReader:
    """Reads codes of activity; the value is a code of the NAF rév. 2, or UNKNOWN with a note that says why."""

    def __init__(self, nomenclatures: Nomenclatures) -> None:
        self._all = nomenclatures

    def read(self, text: str) -> Reading[str]:
        """A code of any level, from division (``25``) to sub-class (``25.73A``); raises ``Unreadable``."""
        code, which = _told(text)
        if code in _NO_ACTIVITY:
            return Reading(UNKNOWN, "activité non précisée")
        if which == "1" or _FIRST_REVISION.match(code):
            return Reading(UNKNOWN, "code de la NAF rév. 1, en vigueur avant 2008 : il ne se lit pas en NAF rév. 2")
        former, recent = code in self._all.rev2 and which != "2025", code in self._all.levels_2025 and which != "2"
        if former and recent and self._all.changed_trade(code):
            raise self._two_trades(code)
        if former:
            return Reading(code)
        if recent:
            return self._translated(code)
        if not self._all.has_division(code):
            return Reading(UNKNOWN, NO_DIVISION)
        raise self._nowhere(code, which)

    def read_whole(self, text: str) -> Reading[str]:
        """A whole code: with a class alone, a condition on a sub-class could be neither held nor refused."""
        code, _ = _told(text)
        if len(code) != WHOLE_CODE and code not in _NO_ACTIVITY and not _FIRST_REVISION.match(code):
            raise Unreadable("ce n'est pas un code NAF complet", "écrire le code complet, par exemple 25.73A")
        return self.read(text)

    def _translated(self, code: str) -> Reading[str]:
        found = self._all.before(code)
        what = f"NAF 2025{self._label(code, self._all.naf2025)}"
        if not self._all.is_translated(code):
            among = f" ; parmi d'autres : {self._listed(found)}" if found else ""
            return Reading(UNKNOWN, f"{what} : la table de passage livrée ne dit pas son code en NAF rév. 2{among}")
        if len(found) == 1:
            return Reading(found[0], f"{what}, en NAF rév. 2{self._label(found[0], self._all.rev2)}")
        return Reading(UNKNOWN, f"{what} : plusieurs codes en NAF rév. 2, {self._listed(found)} ; écrire le bon")

    def _two_trades(self, code: str) -> Unreadable:
        recent = [each for each in self._all.naf2025 if each.startswith(code)]
        named = f"« {self._all.rev2[code]} » en NAF rév. 2, {self._listed(recent)} en NAF 2025"
        mend = (
            f"écrire le code complet, avec sa lettre, ou dire la nomenclature : « {code} (2025) », « {code} (rév. 2) »"
        )
        return Unreadable(f"ce code désigne deux activités : {named}", mend)

    def _nowhere(self, code: str, which: str) -> Unreadable:
        """Of a code that no nomenclature has: those of its class, else of its group. Never one that looks like it."""
        known = {
            "2025": ("la NAF 2025", self._all.naf2025),
            "2": ("la NAF rév. 2", self._all.rev2),
        }.get(which, ("la nomenclature (NAF rév. 2 et NAF 2025)", {**self._all.rev2, **self._all.naf2025}))
        whole = [each for each in known[1] if len(each) == WHOLE_CODE]
        for level, words in ((_CLASS, "cette classe"), (_GROUP, "ce groupe")):
            inside = [each for each in whole if len(code) >= level and each.startswith(code[:level])]
            if inside:
                mend = f"codes de {words} : {self._listed(sorted(inside))} ; {_INSEE}"
                return Unreadable(f"aucune activité n'a ce code dans {known[0]}", mend)
        return Unreadable(f"aucune activité n'a ce code dans {known[0]}", _INSEE)

    def _listed(self, codes: Iterable[str]) -> str:
        every = list(codes)
        labels = {**self._all.naf2025, **self._all.rev2}
        more = f" et {len(every) - _MOST_LISTED} autres" if len(every) > _MOST_LISTED else ""
        return ", ".join(f"{code}{self._label(code, labels)}" for code in every[:_MOST_LISTED]) + more

    def _label(self, code: str, labels: Mapping[str, str]) -> str:
        return f" « {labels[code]} »" if code in labels else ""


def _told(text: str) -> tuple[str, str]:
    """A code in its usual form, and its nomenclature when it says so: ``1``, ``2`` or ``2025``; raises ``Unreadable``.

    >>> _told("2540y (NAF 2025)")
    ('25.40Y', '2025')
    """
    bare = " ".join(text.split())
    told = _TOLD.match(bare)
    which = fold(told["which"]).replace("rev", "").strip() if told else ""
    match = _CODE.match((told["code"] if told else bare).strip().upper())
    if match is None:
        raise Unreadable("ce n'est pas un code NAF", "écrire le code APE de l'entreprise, par exemple 25.73A")
    rest = f".{match['rest']}{match['letter']}" if match["rest"] else ""
    return f"{match['division']}{rest}", which
