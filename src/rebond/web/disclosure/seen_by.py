"""« Vu par » : who is given each block of a sheet or a form, from the declaration and what is shared today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from rebond.restitution.audiences import Audiences, Reader, audiences
from rebond.web.disclosure.models import Consent, Shared
from rebond.web.missions.models import Membership, Mission, Role

TEAM = "l’équipe"
FIRM = "l’entreprise"
COMMITTEE = "le comité"
EVERYBODY = "tout le monde"
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Somebody outside the team who opens a project or a firm."""

    label: str
    reader: Reader
    named: bool = True
    """Under its name, else under a code name."""
    amounts: bool = True
    """Whether exact amounts are given, where they would be: a consent may be without them."""

    def reads(self, declared: Audiences, key: str) -> str:
        """``plein``, ``code`` for what a code name tells, or nothing; ``key``: a datum, or a column of the workbook."""
        datum = declared.data.get(key) or next((each for each in declared.data.values() if each.field == key), None)
        if datum is None:
            return "plein" if self.named and declared.admits(declared.fields[key], self.reader) else ""
        if not declared.gives(datum.key, self.reader, named=self.named):
            return ""
        amounts = self.amounts or datum.kind != "montants"
        if self.named and amounts:
            return "plein"
        return "code" if datum.veiled else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBy:
    """A reader of a block and how much of it."""

    label: str
    how: str
    """Empty for the whole block."""
    keys: tuple[str, ...] = ()
    """What of it, when it is not the whole."""

    def __str__(self) -> str:
        return f"{self.label} ({self.how})" if self.how else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who reads a block, in one line and in full."""

    readers: tuple[SeenBy, ...]
    everybody: bool = False
    declared: str = ""
    """In place of the readers: whom it is for."""

    @property
    def short(self) -> str:
        """The line."""
        if self.everybody:
            return EVERYBODY
        if self.declared:
            return f"{TEAM} ; {self.declared}"
        if not self.readers:
            return f"{TEAM} seule"
        if len(self.readers) <= _MOST_NAMED:
            return ", ".join((TEAM, *map(str, self.readers)))
        known = [str(each) for each in self.readers if each.label in (FIRM, COMMITTEE)]
        others = len(self.readers) - len(known)
        return ", ".join((TEAM, *known, f"{others} organisations"))


def seen(keys: Iterable[str], accesses: Sequence[Access]) -> Seen:
    """Who reads a block made of these data or columns."""
    declared, wanted = audiences(), tuple(dict.fromkeys(keys))
    if wanted and all(_audience(declared, key) == "public" for key in wanted):
        return Seen(readers=(), everybody=True)
    found = []
    for access in accesses:
        told = [access.reads(declared, key) for key in wanted]
        if any(told):
            how = _how(told, access)
            read = tuple(key for key, each in zip(wanted, told, strict=True) if each)
            found.append(SeenBy(label=access.label, how=how, keys=read if how else ()))
    return Seen(readers=tuple(found))


def declared_for(keys: Iterable[str]) -> Seen:
    """Whom a block is for, without saying who was given it: that is the firm's and the team's business."""
    declared = audiences()
    titles = dict.fromkeys(declared.audiences[_audience(declared, key)].title for key in keys)
    return Seen(readers=(), declared=" ; ".join(titles))


def _audience(declared: Audiences, key: str) -> str:
    datum = declared.data.get(key)
    return datum.audience if datum else declared.fields[key]


def _how(told: Sequence[str], access: Access) -> str:
    if not access.named:
        return "sous un nom de code"
    return "" if all(each == "plein" for each in told) else "en partie"


def accesses_of(mission: Mission, *, firm: str, project: str = "") -> tuple[Access, ...]:
    """Who opens a project today, or at least one of a firm's: three queries."""
    its = Q(project__ref=project) if project else Q(project__firm__ref=firm)
    shared = list(Shared.objects.of(mission).filter(its).select_related("organisation").order_by("organisation__name"))
    consents = list(Consent.objects.of(mission).filter(firm__ref=firm))
    members = Membership.objects.of(mission).filter(role=Role.FIRM, firm__ref=firm)
    found = [Access(label=FIRM, reader=Reader.FIRM)] if members.exists() else []
    presented = any(row.organisation_id is None for row in shared)
    # The committee reads every project of the mission, under a code name as long as it is not put before it.
    found.append(Access(label=COMMITTEE, reader=Reader.COMMITTEE, named=presented))
    for organisation in dict.fromkeys(row.organisation for row in shared if row.organisation is not None):
        agreed = [row for row in consents if row.organisation_id in (None, organisation.pk)]
        found.append(
            Access(
                label=str(organisation),
                reader=Reader.PARTNER,
                named=bool(agreed),
                amounts=any(row.amounts for row in agreed),
            )
        )
    return tuple(found)


def accesses_to_settings() -> tuple[Access, ...]:
    """Who reads the settings of a mission."""
    return (Access(label=COMMITTEE, reader=Reader.COMMITTEE),)
