"""From Arrow record batches to batches of facts, with every cell that cannot be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rebond.bulk.cells import SCALES, ColumnReader, Undetermined
from rebond.bulk.columns import Batch, CodedColumn, OrderedColumn
from rebond.bulk.derived import SOURCES, derivations, derived_orders, sources_of
from rebond.bulk.faults import MAX_FAULTS, BatchFaults, CellFault
from rebond.bulk.header import ID_COLUMN, Header
from rebond.eligibility.naf import WHOLE_CODE, Nomenclatures
from rebond.eligibility.places import Gazetteer, Zonages
from rebond.facts import UNKNOWN
from rebond.reading.communes import CommuneFinder
from rebond.reading.naf import NafReader
from rebond.reading.problem import Reading, Unreadable

_CODE = re.compile(r"^\d[\dAB]\d{3}$")
RecordBatch: TypeAlias = Any
"""pyarrow has no types."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch of facts, the ids of its rows (an Arrow array of texts) and its faults."""

    batch: Batch
    ids: Any
    faults: BatchFaults


class RowReader:
    """Reads the batches of one table, at a date."""

    def __init__(
        self,
        header: Header,
        *,
        gazetteer: Gazetteer,
        zonages: Zonages,
        activities: Nomenclatures,
        on: date,
        wanted: Collection[str] | None = None,
    ) -> None:
        """``wanted``: the facts that conditions read; columns that say none of them are not read. All by default."""
        if wanted is None:
            wanted = {*header.facts, *SOURCES}
        facts = {name: header.facts[name] for name in header.facts if name in sources_of(wanted, header.facts)}
        self._header = replace(header, facts=facts)
        self._wanted = wanted
        self._on = on
        self._communes = gazetteer.communes
        forms = _normal_forms(gazetteer)
        apart = _readers(gazetteer, activities)
        plain = {
            "code_commune": list(gazetteer.communes),
            "code_naf": [code for code in activities.rev2 if len(code) == WHOLE_CODE],
        }
        self._readers = {
            name: ColumnReader(fact, forms.get(name), apart.get(name), plain.get(name, ()))
            for name, fact in facts.items()
        }
        self._derivations = derivations(facts, wanted=wanted, gazetteer=gazetteer, zonages=zonages, on=on)
        self.unplaced = 0
        """Rows whose commune is not in the gazetteer: their places stay UNKNOWN."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, ``id`` among them."""
        return (*([ID_COLUMN] if self._header.has_id else []), *self._readers)

    @property
    def undetermined(self) -> Counter[Undetermined]:
        """The activities that were read and stay UNKNOWN, with the reason: how many rows each."""
        reader = self._readers.get("code_naf")
        return reader.undetermined if reader else Counter()

    @property
    def derived(self) -> tuple[str, ...]:
        """The facts derived for want of a column."""
        given = self._header.facts
        dated = [("age_annees", {"date_creation"}), ("duree_mois", {"date_debut", "date_fin"})]
        ordered = (
            name for name, sources in dated if name in self._wanted and name not in given and sources <= given.keys()
        )
        return (*(derivation.target for derivation in self._derivations), *ordered)

    def read(self, table: RecordBatch) -> Rows:
        """The facts of some rows. Where there are faults, the batch must not be used."""
        faults = BatchFaults()
        ordered: dict[str, OrderedColumn] = {}
        coded: dict[str, CodedColumn] = {}
        for name, reader in self._readers.items():
            if reader.fact.type in SCALES:
                ordered[name] = reader.ordered(table.column(name), faults)
            else:
                coded[name] = reader.coded(table.column(name), faults)
        ordered |= derived_orders(ordered, self._header.facts, self._on)
        coded |= {derivation.target: derivation.column(coded[derivation.source]) for derivation in self._derivations}
        if "code_commune" in coded:
            self._count_unplaced(coded["code_commune"])
        if self._header.has_id:
            ids = table.column(ID_COLUMN).cast(pa.string())
            _check_ids(ids, faults)
        else:
            ids = pa.nulls(table.num_rows, pa.string())
        return Rows(batch=Batch(rows=table.num_rows, ordered=ordered, coded=coded), ids=ids, faults=faults)

    def _count_unplaced(self, column: CodedColumn) -> None:
        values = column.vocabulary.values
        # The vocabulary begins with the communes of the gazetteer: only what came after them is to be looked at.
        after = range(len(self._communes), len(values))
        odd = [code for code in after if values[code] is not UNKNOWN and values[code] not in self._communes]
        if odd:
            self.unplaced += int(np.count_nonzero(np.isin(column.codes, odd)))


def _check_ids(ids: Any, faults: BatchFaults) -> None:
    blank = pc.equal(pc.utf8_trim_whitespace(ids), "").fill_null(pa.scalar(value=True))
    empty = np.flatnonzero(np.asarray(blank, np.bool_))
    if len(empty):
        told = ("ligne sans identifiant", "donner un identifiant à chaque ligne")
        cells = [CellFault(int(row), ID_COLUMN, "", *told) for row in empty[:MAX_FAULTS]]
        faults.add(cells, total=len(empty))
    # Written again for every dispositif: a text of a megabyte would become a hundred.
    long = np.flatnonzero(
        np.asarray(pc.greater(pc.utf8_length(ids), _LONGEST_ID).fill_null(pa.scalar(value=False)), np.bool_)
    )
    if len(long):
        told = (f"identifiant de plus de {_LONGEST_ID} caractères", "donner un identifiant court à chaque ligne")
        faults.add([CellFault(int(row), ID_COLUMN, "", *told) for row in long[:MAX_FAULTS]], total=len(long))


_LONGEST_ID = 500


def _normal_forms(gazetteer: Gazetteer) -> dict[str, Callable[[str], str]]:
    """The usual form of a place's code, which may have lost its zero.

    A département or a region that does not exist is refused.
    """
    departements = cache(lambda: {commune.departement for commune in gazetteer.communes.values()})

    def region(text: str) -> str:
        code = text.zfill(2)
        if code not in gazetteer.regions:
            raise Unreadable("ce n'est pas une région", "écrire son nom ou son code INSEE (referentiels/regions.csv)")
        return code

    def departement(text: str) -> str:
        code = text.upper().zfill(2)
        if code not in departements():
            raise Unreadable("ce n'est pas un code de département", "écrire par exemple 52 ou 2A")
        return code

    return {"region": region, "departement": departement}


def _readers(gazetteer: Gazetteer, activities: Nomenclatures) -> dict[str, Callable[[str], Reading[str]]]:
    """The facts that have a reader of their own.

    A commune that merged is the commune of today; a code that INSEE never gave (that of a foreign country…) is let
    through, and its places stay UNKNOWN.
    """
    finder = cache(lambda: CommuneFinder(gazetteer))

    def commune(text: str) -> Reading[str]:
        try:
            return finder().read_insee(text)
        except Unreadable:
            code = text.strip().upper().zfill(5)
            if _CODE.match(code) and code not in gazetteer.by_postcode:
                return Reading(code)
            raise

    return {"code_commune": commune, "code_naf": NafReader(activities).read_whole}
