"""What the sample mission may publish, and what the command makes of it; the attack itself: tests/core/publication."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from rebond.cli import main
from rebond.cli import publication as command
from rebond.facts import Firm, FirmLink, LinkKind, Siren
from rebond.publication.across import together
from rebond.publication.edition import Edition, prepare
from rebond.publication.lines import basis_of, units_of
from rebond.publication.open_data import NAMES, About, licences, open_data, read_back
from rebond.publication.press import against_the_rules
from rebond.publication.rules import shipped_rules
from rebond.results import MissionResult
from tests.confidential import secrets_of
from tests.core.publication.test_silence import check

RULES = shipped_rules()


def first(result: MissionResult, count: int) -> MissionResult:
    """The mission, had it only heard of so many projects."""
    kept = result.projects[:count]
    firms = {project.firm.id for project in kept}
    census = replace(
        result.census,
        firms=tuple(firm for firm in result.census.firms if firm.id in firms),
        interviews=tuple(each for each in result.census.interviews if each.firm_id in firms),
        projects=tuple(project.project for project in kept),
    )
    return replace(result, census=census, projects=kept)


def test_firms_under_one_control_are_one_unit_and_strangers_are_not() -> None:
    mother = FirmLink(name="Holding", kind=LinkKind.LINKED, siren=Siren("552100554"))
    firms = (
        Firm(id="E1", name="Forge", links=(mother,)),
        Firm(id="E2", name="Fonderie", links=(replace(mother, name="HOLDING SA"),)),
        Firm(id="E3", name="Atelier", single_undertaking="G"),
        Firm(id="E4", name="Scierie", single_undertaking="G"),
        Firm(id="E5", name="Tannerie", links=(replace(mother, kind=LinkKind.PARTNER),)),
        Firm(id="E6", name="Caisse", links=(FirmLink(name="Commune", kind=LinkKind.LINKED, public_body=True),)),
        Firm(id="E7", name="Cave", links=(FirmLink(name="Commune", kind=LinkKind.LINKED, public_body=True),)),
    )
    found = units_of(firms)
    assert found["E1"] == found["E2"]
    assert found["E3"] == found["E4"]
    assert len(set(found.values())) == 5


@pytest.mark.parametrize("count", [0, 1, 2, 12])
def test_a_mission_of_few_projects_publishes_what_it_can(sample: MissionResult, count: int) -> None:
    basis = basis_of(first(sample, count))
    edition, _ = prepare(basis, [], RULES)
    projects = edition.of("projets", "projets")
    assert projects is not None
    assert projects.told.get(()) == {0: 0, 12: 12}.get(count)
    for figures in edition.figures:
        check(figures, basis.lines[figures.family])


def test_missions_are_added_from_what_they_tell_and_say_who_is_missing(sample: MissionResult) -> None:
    whole, _ = prepare(basis_of(sample), [], RULES)
    one, _ = prepare(basis_of(first(sample, 1)), [], RULES)
    sums = {each.measure.code: each for each in together({"a": whole, "b": one, "c": whole})}
    assert (sums["projets"].value, sums["projets"].silent, sums["projets"].of["b"]) == (154, 1, None)
    alone = {each.measure.code: each for each in together({"b": one})}
    assert (alone["projets"].value, alone["projets"].silent) == (None, 1)


def test_the_documents_tell_of_single_firms_and_the_pilot_is_told_which(sample: MissionResult) -> None:
    """A finding, not a rule: the report names communes and organisations where one firm alone has a project."""
    found = {each.code: each for each in against_the_rules(sample, RULES)}
    assert found["orientes_codefi_52"].groups == 1
    told = {"autorite", "commune", "nature", "organisation", "secteur", "theme", "type"}
    assert {each.family for each in found.values()} == told


def test_the_command_writes_an_edition_and_checks_the_next_one_against_it(
    sample: MissionResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_run", lambda *_, **__: sample)
    run = CliRunner().invoke
    made = run(main, ["publication", "tables", "r.xlsx", "--out", str(tmp_path / "1")])
    assert made.exit_code == 0, made.output
    told = Edition.from_data(json.loads((tmp_path / "1" / "edition.json").read_text(encoding="utf-8")))
    assert told == prepare(basis_of(sample), [], RULES)[0]
    assert "Projets : 28 cases dites, 13 tues. Motifs : trop peu de groupes d’entreprises (12)" in made.output
    assert b"secret" in (tmp_path / "1" / "chiffres.csv").read_bytes()
    again = run(main, ["publication", "tables", "r.xlsx", "--out", str(tmp_path / "2"), "--apres", str(tmp_path / "1")])
    assert again.exit_code == 1
    assert "Rien de nouveau" in again.output
    assert not (tmp_path / "2").exists()
    (tmp_path / "vide").mkdir()
    wrong = run(
        main, ["publication", "tables", "r.xlsx", "--out", str(tmp_path / "2"), "--apres", str(tmp_path / "vide")]
    )
    assert (wrong.exit_code, "aucune édition lisible" in wrong.output) == (2, True)
    checked = run(main, ["publication", "check", "r.xlsx"])
    assert "CODEFI" in checked.output


def test_open_data_says_an_edition_and_nothing_else_and_is_read_back(
    sample: MissionResult, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "_run", lambda *_, **__: sample)
    run, made, out = CliRunner().invoke, str(tmp_path / "edition"), tmp_path / "ouvertes"
    assert run(main, ["publication", "tables", "r.xlsx", "--out", made]).exit_code == 0
    done = run(main, ["export", "opendata", made, "--out", str(out), "--editeur", "Agglomération"])
    assert done.exit_code == 0, done.output
    edition, _ = prepare(basis_of(sample), [], RULES)
    cells = read_back({name: (out / name).read_bytes() for name in NAMES})
    assert {key: value for key, (value, _) in cells.items()} == {
        (each.family, each.measure.code, key): value for each in edition.figures for key, value in each.cells.items()
    }
    assert {state for _, state in cells.values()} == {"publie", "secret", "minimum"}
    told = json.loads((out / "dcat.jsonld").read_text(encoding="utf-8"))
    names = (told["dct:license"]["dct:title"], told["dct:publisher"]["foaf:name"])
    assert names == ("Licence Ouverte 2.0", "Agglomération")
    assert "Données fictives" in told["dct:description"]["@value"]
    text = "\n".join((out / name).read_text(encoding="utf-8") for name in NAMES)
    hidden = [each for each in secrets_of(sample) if each.kind in {"nom", "intitulé", "description"}]
    assert hidden
    assert not [each for each in hidden if each.text in text]
    assert "cases lues" in run(main, ["export", "check", str(out)]).output
    notice = tmp_path / "edition" / "notice.json"
    about = json.loads(notice.read_text(encoding="utf-8"))
    for day, code in (("2999-12-31", 1), ("2020-01-31", 0)):
        notice.write_text(json.dumps({**about, "embargo": [day, "18 h"]}), encoding="utf-8")
        under = run(main, ["export", "opendata", made, "--out", str(tmp_path / f"ouvertes-{day}")])
        assert (under.exit_code, "sous embargo" in under.output) == (code, bool(code))
        assert (tmp_path / f"ouvertes-{day}").exists() is not bool(code)
    (tmp_path / "edition" / "edition.json").write_text('{"labels": [], "dimensions": {}, "figures": [7]}')
    wrong = run(main, ["export", "opendata", made, "--out", str(tmp_path / "rien")])
    assert (wrong.exit_code, "aucune édition lisible" in wrong.output) == (2, True)
    assert not (tmp_path / "rien").exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("chiffres.csv", ",77,publie", ",77.5,publie", "ce n'est pas un nombre entier"),
        ("chiffres.csv", ",,secret", ",4,secret", "une case secrète porte un nombre"),
        ("chiffres.csv", ",77,publie", ",-3,publie", "moins que 0"),
        ("chiffres.csv", ",77,publie", ",77,deviné", "valeur hors de la liste"),
        ("chiffres.csv", ",77,publie", ",77,publie,5", "14 cellules au lieu de 13"),
        ("schema.json", '"integer"', '"entier"', "ce n'est pas un Table Schema"),
        ("schema.json", "{", "[" * 5000, "fichier illisible"),
    ],
)
def test_open_data_that_was_touched_is_refused(
    name: str, old: str, new: str, told: str, opened: dict[str, bytes], tmp_path: Path
) -> None:
    for file, body in opened.items():
        (tmp_path / file).write_bytes(body)
    text = opened[name].decode()
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = CliRunner().invoke(main, ["export", "check", str(tmp_path)])
    assert (found.exit_code, told in plain(found.output)) == (2, True), found.output


@pytest.fixture(scope="module")
def opened(sample: MissionResult) -> dict[str, bytes]:
    """The open data of the sample."""
    edition, _ = prepare(basis_of(sample), [], RULES)
    about = About(mission="M", territory="T", epcis=(), on=sample.on, fictitious=True)
    return open_data(edition, about, licences()["lov2"])


def plain(text: str) -> str:
    return text.replace("\u2019", "'").replace("\u00a0", " ").replace("\u202f", " ")
