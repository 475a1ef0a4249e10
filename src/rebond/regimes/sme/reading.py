"""``taille_ue.yaml`` read and checked: its schema, its amounts, the order of its classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from rebond.data.shapes import DAY, TEXT, YES_NO, Shape, block, many, read_shaped
from rebond.data.yamlfile import YamlFile
from rebond.errors import CatalogueError, Fault
from rebond.reading.amounts import require_euros, require_rate
from rebond.reading.problem import Unreadable
from rebond.reading.words import text_of
from rebond.regimes.sme.thresholds import Ceiling, GroupRule, SizeClass, SizeThresholds


def load_thresholds(path: Path) -> SizeThresholds:
    """Read ``taille_ue.yaml``; raises ``CatalogueError`` with every fault of the file."""
    reader = _Reader(read_shaped(path, _SHAPE))
    thresholds = reader.thresholds()
    if reader.faults:
        raise CatalogueError(reader.faults)
    return thresholds


class _Reader:
    """Turns the checked file into values; amounts and order are checked here."""

    def __init__(self, file: YamlFile) -> None:
        self._file = file
        self.faults: list[Fault] = []

    def thresholds(self) -> SizeThresholds:
        data = self._file.data
        classes = tuple(self._ceiling(row, "classes", rank) for rank, row in enumerate(data["classes"]))
        eti = self._ceiling({"code": SizeClass.ETI.value, **data["eti"]}, "eti")
        self._check_order((*classes, eti))
        caps = (self._ceiling(row, "petite_eti", rank) for rank, row in enumerate(data["petite_eti"]))
        years = data["regle_des_exercices"]
        return SizeThresholds(
            classes=classes,
            eti=eti,
            small_mid_caps=tuple(caps),
            partner_from=self._rule("partenaire_a_partir_de"),
            partner_to=self._rule("partenaire_jusqu_a"),
            public_from=self._rule("public_a_partir_de"),
            consecutive_years=years["consecutifs"],
            years_article=years["article"],
        )

    def _ceiling(self, row: Mapping[str, Any], *path: str | int) -> Ceiling:
        return Ceiling(
            code=row["code"],
            staff_below=Decimal(row["effectif_inferieur_a"]),
            turnover_max=self._read(require_euros, row["chiffre_affaires_max"], *path, "chiffre_affaires_max"),
            balance_max=self._read(require_euros, row["bilan_max"], *path, "bilan_max"),
            article=row["article"],
            source=row["source"],
            verified=row["verifie"] == "oui",
            valid_from=self._day(row["depuis"], *path, "depuis"),
            label=row.get("libelle", ""),
        )

    def _rule(self, name: str) -> GroupRule:
        row = self._file.data["groupe"][name]
        return GroupRule(
            value=self._read(require_rate, row["valeur"], "groupe", name, "valeur"),
            article=row["article"],
            source=row["source"],
            verified=row["verifie"] == "oui",
        )

    def _read(self, parse: Callable[[object], Decimal], raw: object, *path: str | int) -> Decimal:
        try:
            return parse(raw)
        except Unreadable as error:
            self.faults.append(self._file.fault(path, text_of(raw), error.problem, error.mend))
            return Decimal(0)

    def _day(self, raw: object, *path: str | int) -> date:
        if isinstance(raw, date):
            return raw
        try:
            return date.fromisoformat(str(raw))
        except ValueError:
            self.faults.append(self._file.fault(path, str(raw), "date impossible", "écrire une date AAAA-MM-JJ"))
            return date.min

    def _check_order(self, ceilings: Sequence[Ceiling]) -> None:
        for rank, (small, large) in enumerate(pairwise(ceilings), start=1):
            pairs = [
                (small.staff_below, large.staff_below),
                (small.turnover_max, large.turnover_max),
                (small.balance_max, large.balance_max),
            ]
            if any(below > above for below, above in pairs):
                path = ("classes", rank) if rank < len(ceilings) - 1 else ("eti",)
                problem = f"plafonds inférieurs à ceux de la classe « {small.code} »"
                self.faults.append(
                    self._file.fault(path, large.code, problem, "ordonner : micro, petite, moyenne, eti")
                )


_SOURCED: Shape = {"article": TEXT, "source": TEXT, "verifie": YES_NO}
_LIMITS: Shape = {
    "effectif_inferieur_a": {"type": "integer"},
    "chiffre_affaires_max": TEXT,
    "bilan_max": TEXT,
    "depuis": DAY,
    **_SOURCED,
}
_CLASS_ROWS = [
    block(code={"const": size.value}, **_LIMITS) for size in (SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM)
]
_RULE = block(valeur=TEXT, **_SOURCED)
_SHAPE = block(
    schema={"const": "taille-ue/v1"},
    classes={
        "type": "array",
        "prefixItems": _CLASS_ROWS,
        "minItems": len(_CLASS_ROWS),
        "items": False,
    },
    eti=block(**_LIMITS),
    petite_eti=many(block(code=TEXT, libelle=TEXT, **_LIMITS)),
    groupe=block(partenaire_a_partir_de=_RULE, partenaire_jusqu_a=_RULE, public_a_partir_de=_RULE),
    regle_des_exercices=block(consecutifs={"type": "integer", "minimum": 1}, **_SOURCED),
)
