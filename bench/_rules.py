"""Synthetic dispositifs for the eligibility benchmark: trees over a pool of leaves that they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bench._firms import AMOUNTS, CHOICES, NUMBERS, YES_NO, naf_codes
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Advantage, Dispositif, Instrument, Validity
from rebond.eligibility.parse import CriterionParser

LEAVES = 870
"""Some are alike: about 780 distinct ones, as in the prototype."""
Node = Mapping[str, Any]


def generated_rules(count: int, catalogue: Catalogue, seed: int = 1) -> tuple[Dispositif, ...]:
    """Rules of three to six criteria: leaves, alternatives of two to four leaves, exclusions."""
    rng = np.random.default_rng(seed)
    pool = [_leaf(rng, catalogue) for _ in range(LEAVES)]
    parser = CriterionParser(catalogue.dictionary, _no_fault)
    return tuple(
        Dispositif(
            id=f"banc/regle-{rank:03d}",
            title="",
            funder="banc",
            instructor="banc",
            instrument=Instrument.GRANT,
            summary="",
            validity=Validity(),
            conditions=parser.parse({"tous": [_criterion(rng, pool) for _ in range(rng.integers(3, 7))]}),
            to_confirm=(),
            advantage=Advantage(),
            regimes=(),
        )
        for rank in range(count)
    )


def _no_fault(path: tuple[str | int, ...], found: str, problem: str, mend: str) -> None:
    raise ValueError(f"{path}: {found} — {problem} → {mend}")


def _criterion(rng: np.random.Generator, pool: list[Node]) -> Node:
    draw = rng.random()
    if draw < 0.7:
        return pool[rng.integers(len(pool))]
    if draw < 0.9:
        return {"un_de": [pool[rng.integers(len(pool))] for _ in range(rng.integers(2, 5))]}
    return {"non": pool[rng.integers(len(pool))]}


def _leaf(rng: np.random.Generator, catalogue: Catalogue) -> Node:  # noqa: PLR0911 - one way out a kind of leaf
    operator = str(rng.choice(["au_moins", "au_plus", "plus_de", "moins_de"]))
    draw = rng.random()
    if draw < 0.2:
        return {"fait": _one(rng, NUMBERS), operator: int(rng.lognormal(3.5, 1.2))}
    if draw < 0.35:
        return {"fait": _one(rng, AMOUNTS), operator: f"{int(rng.lognormal(12, 2))} EUR"}
    if draw < 0.45:
        natures = [name.removeprefix("cout_") for name in AMOUNTS if name.startswith("cout_")]
        chosen = rng.choice(natures, rng.integers(1, 4), replace=False).tolist()
        return {"couts": chosen, operator: f"{int(rng.lognormal(12, 2))} EUR"}
    if draw < 0.5:
        return {"fait": "age_annees", operator: float(rng.integers(1, 40)) / 2}
    if draw < 0.56:
        return {"fait": _one(rng, YES_NO), "egal": _one(rng, ("oui", "non"))}
    if draw < 0.76:
        codes = sorted({code[: int(rng.choice([2, 4, 6]))] for code in rng.choice(naf_codes(), rng.integers(1, 6))})
        return {"naf": codes}
    return _membership(rng, catalogue)


def _membership(rng: np.random.Generator, catalogue: Catalogue) -> Node:
    name = _one(rng, (*CHOICES, "objectifs", "departement", "region"))
    values: tuple[str, ...] = {
        "departement": tuple(sorted({commune.departement for commune in catalogue.gazetteer.communes.values()})),
        "region": tuple(catalogue.gazetteer.regions),
    }.get(name) or catalogue.dictionary[name].values
    chosen = rng.choice(values, rng.integers(1, min(6, len(values))), replace=False).tolist()
    return {"fait": name, _one(rng, ("parmi", "parmi", "parmi", "hors")): sorted(chosen)}


def _one(rng: np.random.Generator, values: tuple[str, ...]) -> str:
    return values[int(rng.integers(len(values)))]
