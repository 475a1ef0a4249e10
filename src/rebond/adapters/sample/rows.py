"""From the source files to the rows of the census workbook: sheet key → rows by column key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from rebond.adapters.sample import source
from rebond.adapters.sample.identifiers import fictitious_siren, fictitious_siret
from rebond.adapters.sample.partners import partner_rows
from rebond.adapters.sample.source import Record
from rebond.adapters.workbook.layout import ColumnType, Layout, load_layout, regime_codes
from rebond.data import data_folder
from rebond.reading.amounts import require_rate

SampleRows: TypeAlias = dict[str, list[dict[str, object]]]

DEFAULT_SEED = 2026
LAST_YEAR = 2025
"""The last closed accounting year at the time of the mission."""
_PROOF_MARK = " — "


def sample_layout() -> Layout:
    """The layout of the workbook, with the regimes of the shipped catalogue."""
    data = data_folder()
    return load_layout(data / "referentiels", regimes=regime_codes(data / "regimes"))


def sample_rows(seed: int = DEFAULT_SEED) -> SampleRows:
    """Every row of the sample census; the same seed gives the same rows. An unknown cell has no key."""
    banks = {record["entreprise"]: record for record in source.table("comptes_banque")}
    texts: dict[str, Iterable[Mapping[str, object]]] = {
        "mission": [source.mission()["mission"]],
        "enveloppe": source.mission()["enveloppe"],
        "entreprises": [_firm(record) | _bank(banks.get(record["id"])) for record in source.table("entreprises")],
        "groupes": [_link(record) for record in source.table("groupes")],
        "entretiens": [_interview(record) for record in source.interviews()],
        "projets": list(_projects()),
        "depenses": [line for project in source.projects() for line in _cost_lines(project)],
        "aides": source.table("aides"),
        "listes": partner_rows(seed),
    }
    layout = sample_layout()
    return {key: [_typed(layout, key, row) for row in rows] for key, rows in texts.items()}


def _firm(record: Mapping[str, str]) -> Record:
    kept = ("id", "nom", "anciens_noms", "commune", "forme_juridique", "code_naf", "metier", "date_creation")
    states = (
        "en_difficulte",
        "a_jour_obligations",
        "entreprise_unique",
        "aides_declarees",
        "artisanat",
        "engagement_environnemental",
        "bilan_ges_recent",
        "financierement_saine",
        "profil_entreprise",
        "filiere_verte",
        "opco",
        "obligation_audit",
        "preuve_innovation",
    )
    row: Record = {key: record[key] for key in (*kept, *states)}
    row |= {
        "siren": fictitious_siren(record["id"]),
        "siret": fictitious_siret(record["id"]),
        "annee_n": LAST_YEAR,
    }
    for suffix, year in (("n", LAST_YEAR), ("n1", LAST_YEAR - 1)):
        row[f"effectif_{suffix}"] = record[f"effectif_{year}"]
        row[f"ca_{suffix}"] = _thousands(record[f"ca_{year}_keur"])
        row[f"bilan_{suffix}"] = _thousands(record[f"bilan_{year}_keur"])
    row["capitaux_propres"] = _thousands(record["capitaux_propres_keur"])
    return row


def _bank(record: Mapping[str, str] | None) -> Record:
    """What a bank reads of a firm, where it was asked for."""
    if record is None:
        return {}
    return {
        "capacite_autofinancement": _thousands(record["caf_keur"]),
        "dettes_financieres": _thousands(record["dettes_keur"]),
    }


def _link(record: Mapping[str, str]) -> Record:
    row: Record = {key: record[key] for key in ("entreprise", "nom", "lien", "organisme_public", "annee", "effectif")}
    return row | {
        "siren": fictitious_siren(record["id_lie"]),
        "part": f"{record['part_pct']} %",
        "ca": _thousands(record["ca_keur"]),
        "bilan": _thousands(record["bilan_keur"]),
    }


def _interview(record: Record) -> Record:
    needs = {f"besoin_{axis}": text for axis, text in record["besoins"].items()}
    return {key: value for key, value in record.items() if key != "besoins"} | needs


def _projects() -> Iterable[Record]:
    financing = {row["projet"]: row for row in source.table("reglages_financement")}
    splits = {row["projet"]: row for row in source.table("repartition_financement")}
    for record in source.projects():
        row = {key: value for key, value in record.items() if key not in {"depenses", "maturite", "notes"}}
        row["financement_acquis"] = _secured(financing[record["id"]])
        row["capacite_emprunt"] = financing[record["id"]]["capacite_emprunt"]
        row |= _split(splits.get(record["id"]))
        row |= {f"note_{criterion}": score for criterion, score in record["notes"].items()}
        yield row | _maturity(record["maturite"])


def _secured(record: Mapping[str, str]) -> int | None:
    """Own funds and bank loans already secured; ``None`` when nothing is known of either."""
    parts = [record["fonds_propres"], record["banque"]]
    return sum(int(part or 0) for part in parts) if any(parts) else None


def _split(record: Mapping[str, str] | None) -> Record:
    """The parts of the financing secured, and the working capital, where they were asked for."""
    if record is None:
        return {}
    parts = {f"acquis_{part}": amount for part, amount in record.items() if part not in {"projet", "bfr"}}
    return parts | {"bfr_projet": record["bfr"]}


def _maturity(levels: Mapping[str, object]) -> Record:
    """``3 — devis reçus`` becomes the level 3 and its proof."""
    row: Record = {}
    proofs: list[str] = []
    for criterion, written in levels.items():
        level, _, proof = str(written).partition(_PROOF_MARK)
        row[f"maturite_{criterion}"] = level
        if proof:
            proofs.append(f"{criterion} : {proof}")
    return row | {"preuve_maturite": " ; ".join(proofs)}


def _cost_lines(project: Record) -> Iterable[Record]:
    for line in project["depenses"]:
        yield {
            "projet": project["id"],
            "intitule": line["poste"],
            "nature": line["nature"],
            "annee": line["an"],
            "montant": line["montant"],
        }


def _thousands(text: str) -> str:
    """Source accounts are in thousands of euros, the workbook in euros."""
    return f"{text}000" if text and text != "0" else text


def _typed(layout: Layout, sheet: str, row: Mapping[str, object]) -> dict[str, object]:
    """The row with the Python values that the columns of the sheet expect, unknown cells left out."""
    written = {key: value for key, value in row.items() if value is not None and value != ""}
    return {key: _VALUES.get(layout.sheet(sheet).column(key).type, str)(value) for key, value in written.items()}


def _boolean(value: object) -> bool:
    return {"oui": True, "non": False}[str(value)]


def _codes(value: object) -> frozenset[str]:
    return frozenset(code.strip() for code in str(value).split(","))


_VALUES: Mapping[ColumnType, Callable[[object], object]] = {
    ColumnType.BOOLEAN: _boolean,
    ColumnType.DATE: lambda value: value if isinstance(value, date) else date.fromisoformat(str(value)),
    ColumnType.EUROS: lambda value: Decimal(str(value)),
    ColumnType.INTEGER: lambda value: int(str(value)),
    ColumnType.NUMBER: lambda value: Decimal(str(value)),
    ColumnType.HEADCOUNT: lambda value: Decimal(str(value)),
    ColumnType.RATE: require_rate,
    ColumnType.SOME_OF: _codes,
}
"""How a value of the source becomes the value of a cell; text for every other type."""
