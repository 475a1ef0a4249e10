"""What an importer makes of one record: a draft dispositif, its original record and its account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rebond.adapters.imports.account import RecordAccount
from rebond.errors import Fault

ORGANISATION_COLUMNS = ("code", "nom", "sigle", "role", "champs", "territoire", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A dispositif to be reread by an adviser."""

    id: str
    """``tee/<programme>``."""
    data: Mapping[str, Any]
    """The content of its YAML file."""
    origin: Mapping[str, Any]
    account: RecordAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A funder that the catalogue must know."""

    code: str
    name: str
    short_name: str
    role: str
    region: str = ""
    """The region where it works; empty: nobody said where it works."""
    source: str = ""

    @property
    def row(self) -> dict[str, str]:
        """Its line of ``organisations.csv``."""
        return {
            "code": self.code,
            "nom": self.name,
            "sigle": self.short_name,
            "role": self.role,
            "champs": "",
            "territoire": f"region {self.region}" if self.region else "",
            "source": self.source,
        }


@dataclass(frozen=True, kw_only=True)
class ImportedFile:
    """Everything read from a file of programmes."""

    source: str
    """Folder of the drafts under ``dispositifs/``: ``tee``, ``aides-territoires``."""
    title: str
    drafts: tuple[Draft, ...]
    organisations: tuple[Organisation, ...]
    set_aside: Mapping[str, str]
    """Records left out, and why."""
    complete: bool = True
    """Whether a record absent from the file has left the source."""
    warnings: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    """Records at fault: set aside, the others are imported. A record set aside has not left its source."""

    @property
    def contradictions(self) -> tuple[tuple[str, str], ...]:
        """Draft and what its source says twice, differently."""
        return tuple((draft.id, str(text)) for draft in self.drafts for text in draft.data.get("contradictions", ()))
