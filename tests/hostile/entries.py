"""Every way by which a file enters Rebond, as one function of a path; a good file goes as far as its use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from rebond.adapters.imports.aides_territoires import load_api_tables, read_aides_territoires
from rebond.adapters.imports.tee import read_tee
from rebond.adapters.imports.tee_tables import load_tee_tables
from rebond.adapters.imports.yaml_text import yaml_text
from rebond.adapters.imports.zonage_afr import load_afr_rules, plan_afr, read_afr
from rebond.adapters.workbook import Layout, load_layout, read_census, regime_codes
from rebond.adapters.workbook.export import census_rows
from rebond.cli import main
from rebond.data import data_folder
from rebond.data.yamlfile import load_schema
from rebond.dispositifs.cards import screen_cards, screening_as_data
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.facts_file import read_facts_file
from rebond.dispositifs.links import FILE as LINKS
from rebond.dispositifs.links import load_links
from rebond.dispositifs.loader import load_dispositif
from rebond.dispositifs.organisations import load_organisations
from rebond.eligibility.dictionary import load_dictionary
from rebond.eligibility.places import load_zonages
from rebond.errors import DataError, Fault, SolverError
from rebond.facts import Census
from rebond.financing.plan.as_json import plan_as_data  # noqa: F401 - loaded before the fork
from rebond.financing.problem.as_json import load_problem, problem_as_data
from rebond.financing.solving.optimize import optimise_plans
from rebond.linkage.rules import load_rules
from rebond.portfolio.choosing.instance import select
from rebond.portfolio.choosing.orlib import load_orlib
from rebond.portfolio.choosing.pabulib import load_pabulib
from rebond.portfolio.robust.classify import classify
from rebond.portfolio.robust.reading import load_robust
from rebond.regimes.loader import load_regimes

ON = date(2026, 11, 24)
_LONGEST_SENTENCE = 1_500
_ENGLISH = re.compile(
    r"Traceback|Exceeds the limit|invalid literal|not allowed|expected |unexpected |out of range|Invalid isoformat"
    r"|codec can|Errno|\bmust be\b|no such|could not|cannot|\bfield\b.*\blimit\b|NoneType|<class",
    re.IGNORECASE,
)


class NotFrenchError(AssertionError):
    """A fault that says too little, too much, or says it in English."""


def check_faults(faults: Iterable[Fault]) -> None:
    """A fault says where, what and how to mend it, on one line, in French."""
    found = list(faults)
    if not found:
        raise NotFrenchError("aucun défaut dit")
    for fault in found[:20]:
        sentence = str(fault)
        told = f"{fault.problem} {fault.mend}"
        if not (fault.where and fault.problem and fault.mend):
            raise NotFrenchError(f"incomplet : {sentence[:200]}")
        if len(sentence) > _LONGEST_SENTENCE:
            raise NotFrenchError(f"{len(sentence)} caractères : {sentence[:200]}")
        if _ENGLISH.search(told):
            raise NotFrenchError(f"anglais : {sentence[:300]}")
        if any(ord(letter) < 32 or ord(letter) == 127 for letter in sentence):
            raise NotFrenchError(f"caractère de contrôle : {sentence[:200]!r}")


@cache
def catalogue() -> Catalogue:
    return load_catalogue(data_folder())


@cache
def layout() -> Layout:
    folder = data_folder()
    return load_layout(folder / "referentiels", regimes=regime_codes(folder / "regimes"))


@cache
def _schema(name: str) -> Any:
    return load_schema(data_folder() / "schemas" / name)


@cache
def _tee() -> Any:
    return load_tee_tables(data_folder())


@cache
def _api() -> Any:
    return load_api_tables(data_folder())


def prepare() -> None:
    """Read what every entry shares, once, before any fork."""
    for load in (catalogue, layout, _tee, _api):
        load()
    for name in ("dispositif-v1.json", "regime-v1.json", "probleme-v1.json", "robustesse-v1.json"):
        _schema(name)
    for module in ("rebond.bulk.local", "rebond.cli.plan", "rebond.cli.screen"):
        import_module(module)


def recheck(census: Census) -> None:
    """Whatever is accepted is asked again whether it is plausible, by the module that the mission uses."""
    if find_spec("rebond.plausibility") is None:
        return
    plausibility = import_module("rebond.plausibility")
    rules = plausibility.load_plausibility(data_folder() / "referentiels")
    found = plausibility.examine(census, rules, regimes=catalogue().regimes, on=ON)
    if found.faults:
        raise DataError(plausibility.as_faults(found.faults))


def _workbook(path: Path, out: Path) -> None:
    census = read_census(path, layout=layout(), gazetteer=catalogue().gazetteer)
    census_rows(census, layout())
    recheck(census)


def _facts(path: Path, out: Path) -> None:
    facts = read_facts_file(path, catalogue(), ON)
    only = list(catalogue().dispositifs)[:12]
    json.dumps(screening_as_data(screen_cards(facts, catalogue(), ON, only=only))).encode()


def _table(path: Path, out: Path) -> None:
    from rebond.bulk.local import screen_table

    screen_table(path, catalogue(), on=ON, out=out / "verdicts.csv", with_reasons=True).write(out)


def _problem(path: Path, out: Path) -> None:
    problem = load_problem(path, schema=_schema("probleme-v1.json"))
    json.dumps(problem_as_data(problem)).encode()
    optimise_plans(problem)


def _robust(path: Path, out: Path) -> None:
    problem = load_robust(path, schema=_schema("robustesse-v1.json")).problem
    with suppress(SolverError):  # weights or constraints that contradict each other
        classify(problem, seconds=1)


def _knapsack(path: Path, out: Path) -> None:
    for instance in load_orlib(path):
        select(instance, seconds=0.2)


def _participatory(path: Path, out: Path) -> None:
    select(load_pabulib(path), seconds=0.2)


def _dispositif(path: Path, out: Path) -> None:
    home = catalogue()
    _, faults = load_dispositif(
        path, folder=path.parents[1], dictionary=home.dictionary, schema=_schema("dispositif-v1.json")
    )
    if faults:
        raise DataError(faults)


def _regime(path: Path, out: Path) -> None:
    folder = out.parent / "regime"
    _alone(path, folder, path.name)
    _, faults = load_regimes(folder, dictionary=catalogue().dictionary, schema=_schema("regime-v1.json"))
    if faults:
        raise DataError(faults)


def _alone(path: Path, folder: Path, name: str) -> None:
    """The file in a folder of its own, under the name that its reader looks for."""
    folder.mkdir(exist_ok=True)
    for other in folder.iterdir():
        other.unlink()
    (folder / name).write_bytes(path.read_bytes())


def _zonage(path: Path, out: Path) -> None:
    folder = out.parent / "zonages"
    _alone(path, folder, "frr.csv")
    load_zonages(folder)


def _dictionary(path: Path, out: Path) -> None:
    folder = out.parent / "referentiels"
    _alone(path, folder, "faits.csv")
    load_dictionary(folder / "faits.csv")


def _organisations(path: Path, out: Path) -> None:
    folder = out.parent / "organisations"
    _alone(path, folder, "organisations.csv")
    load_organisations(folder)


def _links(path: Path, out: Path) -> None:
    folder = out.parent / "liens"
    _alone(path, folder, LINKS)
    load_links(folder, set(catalogue().dispositifs))


def _linkage(path: Path, out: Path) -> None:
    folder = out.parent / "rapprochement"
    _alone(path, folder, "rapprochement.yaml")
    for name in ("formes_juridiques.csv", "abreviations.csv"):
        (folder / name).write_bytes((data_folder() / "referentiels" / name).read_bytes())
    load_rules(folder)


def _import_tee(path: Path, out: Path) -> None:
    for draft in read_tee(path, _tee(), on=ON).drafts:
        yaml_text(draft.data)


def _import_api(path: Path, out: Path) -> None:
    for draft in read_aides_territoires([path], _api(), on=ON).drafts:
        yaml_text(draft.data)


def _import_afr(path: Path, out: Path) -> None:
    rules = load_afr_rules(data_folder())
    gazetteer = catalogue().gazetteer
    found = read_afr(path, rules, gazetteer)
    plan_afr(found, [], gazetteer, rules=rules, starts_on=ON, ends_on=None, source="essai", complete=False)


_OPTIONS = (
    ("plan", "absent.json", "--soutien-min"),
    ("plan", "absent.json", "--max-dossiers"),
    ("plan", "absent.json", "--on"),
    ("screen", "--facts", "absent.yaml", "--on"),
    ("demo", "--no-serve", "--out", "/proc/x", "--port"),
    ("mission", "run", "absent.xlsx", "--out", "/proc/x", "--on"),
)


def _option(path: Path, out: Path) -> None:
    """A value at the command line: refused with code 2, whatever the option."""
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    for words in _OPTIONS:
        result = CliRunner().invoke(main, [*words, text])
        if result.exit_code != 2 or not isinstance(result.exception, SystemExit):
            raise result.exception or AssertionError(f"{words} : code {result.exit_code}")


ENTRIES: dict[str, Callable[[Path, Path], None]] = {
    "classeur": _workbook,
    "faits": _facts,
    "tableau": _table,
    "tableau-parquet": _table,
    "probleme": _problem,
    "robuste": _robust,
    "sac-a-dos": _knapsack,
    "budget-participatif": _participatory,
    "dispositif": _dispositif,
    "regime": _regime,
    "zonage": _zonage,
    "dictionnaire": _dictionary,
    "organisations": _organisations,
    "liens": _links,
    "rapprochement": _linkage,
    "tee": _import_tee,
    "api": _import_api,
    "afr": _import_afr,
    "option": _option,
}
