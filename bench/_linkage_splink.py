"""Splink (Fellegi–Sunter on DuckDB) on the firms of a mission, set up as its guide does; it is no dependency."""

from __future__ import annotations

import importlib
import logging
from typing import Any

import pyarrow as pa

from bench._linkage_world import Mission
from rebond.facts import UNKNOWN
from rebond.linkage.names import normalise_name
from rebond.linkage.rules import LinkageRules

CERTAIN_FROM = 0.5


def firm_pairs(mission: Mission, rules: LinkageRules) -> set[tuple[str, str]]:
    """The most probable firm of each line, when it is more likely than not.

    Names are in Rebond's own normal form, so that judgements are compared and not cleaning.
    """
    splink: Any = importlib.import_module("splink")
    library: Any = importlib.import_module("splink.comparison_library")
    known = [
        _row(firm.id, firm.name, firm.siren, _commune(mission, str(firm.establishment.commune)), rules)
        for firm in mission.census.firms
    ]
    written = [
        _row(entry.id, entry.firm_name, entry.siren, entry.commune.upper(), rules)
        for entry in mission.census.partner_entries
    ]
    api = splink.DuckDBAPI()
    tables = [
        api.register(pa.Table.from_pylist(rows), dataset_display_name=name)
        for rows, name in ((known, "census"), (written, "lists"))
    ]
    settings = splink.SettingsCreator(
        link_type="link_only",
        comparisons=[
            library.JaroWinklerAtThresholds("name", [0.97, 0.9, 0.8]),
            library.ExactMatch("siren"),
            library.JaroWinklerAtThresholds("commune", [0.95]),
        ],
        blocking_rules_to_generate_predictions=["1=1"],
        # A line is about one firm of the census, or none.
        probability_two_random_records_match=1 / (2 * len(known)),
    )
    linker = splink.Linker(tables, settings, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on("commune"))
    linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on("name"))
    best: dict[str, tuple[float, str]] = {}
    for pair in linker.inference.predict(threshold_match_probability=CERTAIN_FROM).as_record_list():
        firm, entry = pair["unique_id_l"], pair["unique_id_r"]
        if pair["source_dataset_l"] != "census":
            firm, entry = entry, firm
        best[entry] = max(best.get(entry, (0.0, "")), (float(pair["match_probability"]), firm))
    return {(firm, entry) for entry, (_, firm) in best.items()}


def _row(row_id: str, name: str, siren: object, commune: str, rules: LinkageRules) -> dict[str, str | None]:
    digits = "" if siren is UNKNOWN else "".join(char for char in str(siren) if char.isdigit())[:9]
    return {
        "unique_id": row_id,
        "name": normalise_name(name, rules) or None,
        "siren": digits or None,
        "commune": commune or None,
    }


def _commune(mission: Mission, code: str) -> str:
    found = mission.gazetteer.commune(code)
    return found.name.upper() if found else ""
