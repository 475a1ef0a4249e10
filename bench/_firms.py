"""Synthetic firms with their project, for the eligibility benchmark: plausible marginals, a tenth of cells unknown."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rebond.data import catalogue_part, data_folder
from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.naf import load_activities

GROUP_ROWS = 131_072
AMOUNTS = ("chiffre_affaires", "total_bilan", "capitaux_propres", "cout_batiment", "cout_materiel", "cout_immateriel",
           "cout_conseil", "cout_decarbonation", "cout_rd_industrielle", "cout_rd_experimentale")  # fmt: skip
NUMBERS = ("effectif", "effectif_site", "emplois_crees", "emplois_maintenus", "tco2_evitees_an")
YES_NO = ("micro_entrepreneur", "en_difficulte", "a_jour_obligations", "travaux_commences", "soumise_seqe",
          "etude_faisabilite", "audit_energetique", "aide_gip_recente")  # fmt: skip
CHOICES = ("taille_ue", "forme_juridique", "type_projet")
_DAYS = (date(1970, 1, 1), date(2026, 1, 1))


@cache
def naf_codes() -> list[str]:
    """Every sub-class of the NAF rév. 2, in its order: some seven hundred."""
    activities = load_activities(catalogue_part(data_folder(), "referentiels") / "naf.csv")
    return [code for code in activities if len(code) == len("25.73A")]


def objective_sets(catalogue: Catalogue, rng: np.random.Generator) -> list[str]:
    """Texts such as « energie,decarbonation »: one to three objectives."""
    values = catalogue.dictionary["objectifs"].values
    found = (",".join(rng.choice(values, rng.integers(1, 4), replace=False).tolist()) for _ in range(300))
    return sorted(set(found))


def write_firms(path: Path, rows: int, catalogue: Catalogue, seed: int = 1) -> None:
    """Write the table, a row group at a time."""
    rng = np.random.default_rng(seed)
    objectives = objective_sets(catalogue, rng)
    communes = list(catalogue.gazetteer.communes.values())
    writer: Any = None
    for start in range(0, rows, GROUP_ROWS):
        table = _group(start, min(GROUP_ROWS, rows - start), catalogue, rng, objectives, communes)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()


def _group(
    start: int, rows: int, catalogue: Catalogue, rng: np.random.Generator, objectives: list[str], communes: list[Any]
) -> Any:
    columns: dict[str, Any] = {"id": pa.array([f"F{number:08d}" for number in range(start, start + rows)])}
    for name in NUMBERS:
        columns[name] = _some(rng, np.floor(rng.lognormal(3, 1.6, rows)).astype(np.int64))
    for name in AMOUNTS:
        columns[name] = _some(rng, np.round(rng.lognormal(11.5, 2.2, rows) * (rng.random(rows) < 0.7), 2))
    for name in YES_NO:
        columns[name] = _some(rng, rng.random(rows) < 0.4)
    for name in CHOICES:
        columns[name] = _coded(rng, list(catalogue.dictionary[name].values), rows)
    columns["code_naf"] = _coded(rng, naf_codes(), rows)
    columns["objectifs"] = _coded(rng, objectives, rows)
    first, last = (day.toordinal() - date(1970, 1, 1).toordinal() for day in _DAYS)
    columns["date_creation"] = _some(rng, rng.integers(first, last, rows).astype(np.int32)).cast(pa.date32())
    place = rng.integers(0, len(communes), rows)
    for name, attribute in (("code_commune", "code"), ("departement", "departement"), ("region", "region")):
        values = pa.array([getattr(commune, attribute) for commune in communes])
        columns[name] = values.take(_some(rng, place)).dictionary_encode()
    return pa.table(columns)


def _some(rng: np.random.Generator, values: NDArray[Any]) -> Any:
    """The values, a tenth of them unknown."""
    return pa.array(values, mask=rng.random(len(values)) < 0.1)


def _coded(rng: np.random.Generator, values: list[str], rows: int) -> Any:
    return pa.DictionaryArray.from_arrays(_some(rng, rng.integers(0, len(values), rows).astype(np.int32)), values)
