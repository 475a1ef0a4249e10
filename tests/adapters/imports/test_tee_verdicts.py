"""Whatever TEE refuses is refused here; whatever it accepts is YES here wherever it has no criterion in prose.

``tee_accepts`` is written from the rules of TEE's own evaluator, on its raw records, and shares nothing with the
importer: an answer that lacks is « eligible » there. TEE always adds « biodiversité » and « RH » to the objectives of
its questionnaire; profiles here hold the objectives that they hold, on both sides.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from rebond.adapters.imports.diff import compare, load_existing
from rebond.adapters.imports.draft import ImportedFile
from rebond.adapters.imports.writing import write_import
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.checks import check_catalogue
from rebond.dispositifs.screening import screen
from rebond.eligibility.truth import Truth
from rebond.facts import FactValue
from tests.adapters.imports.conftest import DATA, ON

CODE_OF_SECTION = {
    "A": "02.20Z", "B": "08.12Z", "C": "25.73A", "D": "35.30Z", "E": "38.21Z", "F": "43.99C", "G": "47.11F",
    "H": "52.29B", "I": "56.10A", "J": "63.11Z", "K": "66.22Z", "L": "68.20A", "M": "70.22Z", "N": "82.99Z",
    "O": "84.12Z", "P": "85.31Z", "Q": "88.10A", "R": "93.29Z", "S": "96.09Z", "T": "98.10Z", "U": "99.00Z",
}  # fmt: skip
CODE_OF_REGION = {
    "Auvergne-Rhône-Alpes": "84", "Bourgogne-Franche-Comté": "27", "Bretagne": "53", "Corse": "94",
    "Grand Est": "44", "Guadeloupe": "01", "Hauts-de-France": "32", "Normandie": "28", "Nouvelle-Aquitaine": "75",
    "Occitanie": "76", "Pays de la Loire": "52", "Provence-Alpes-Côte d'Azur": "93", "Île-de-France": "11",
    "Saint-Pierre-Et-Miquelon": "975", "Nouvelle-Calédonie": "988", "Centre-Val de Loire": "24",
}  # fmt: skip
OBJECTIVE_OF = {
    "energy": "energie",
    "environmental": "environnement",
    "waste": "economie_circulaire",
    "eco-design": "ecoconception",
    "water": "eau",
    "mobility": "mobilite",
    "building": "batiment",
    "rh": "competences",
    "biodiversite": "biodiversite",
}
HEADCOUNTS = (0, 1, 9, 10, 19, 20, 49, 50, 51, 249, 250, 251, 299, 300, 301, 499, 500, 4999, 5000)


@dataclass(frozen=True, slots=True)
class Profile:
    """What TEE's questionnaire knows of a firm; ``None``: no answer."""

    on: date
    staff: int | None
    micro: bool | None
    section: str | None
    region: str | None
    objectives: frozenset[str] | None

    @property
    def facts(self) -> dict[str, FactValue]:
        facts: dict[str, FactValue] = {}
        if self.staff is not None:
            facts["effectif"] = self.staff
        if self.micro is not None:
            facts["micro_entrepreneur"] = self.micro
        if self.section is not None:
            facts["code_naf"] = CODE_OF_SECTION[self.section]
        if self.region is not None:
            facts["region"] = CODE_OF_REGION[self.region]
        if self.objectives is not None:
            facts["objectifs"] = frozenset(OBJECTIVE_OF[name] for name in self.objectives)
        return facts


def tee_accepts(programme: dict[str, Any], profile: Profile) -> bool:
    data = programme["eligibilityData"]
    start, end = (_day(data.get("validity", {}).get(key)) for key in ("start", "end"))
    if (start and profile.on < start) or (end and profile.on > end):
        return False
    company = data["company"]
    if profile.micro:
        if company.get("excludeMicroentrepreneur"):
            return False
    elif profile.staff is not None and not (
        int(company.get("minEmployees", 0)) <= profile.staff <= int(company.get("maxEmployees", 10**9))
    ):
        return False
    if profile.section and company.get("allowedNafSections") and profile.section not in company["allowedNafSections"]:
        return False
    if profile.region and company.get("allowedRegion") and profile.region not in company["allowedRegion"]:
        return False
    allowed = data.get("priorityObjectives")
    return not allowed or profile.objectives is None or bool(profile.objectives & set(allowed))


def _day(text: str | None) -> date | None:
    return date(*map(int, reversed(text.split("/")))) if text else None


def has_prose(programme: dict[str, Any]) -> bool:
    """Whether TEE tells of a condition that its evaluator does not look at."""
    texts = programme["conditions d'éligibilité"]
    company = programme["eligibilityData"]["company"]
    regions = company.get("allowedRegion")
    sizes = [text for text in texts["taille de l'entreprise"] if "micro-entreprises" not in text]
    bounded = "minEmployees" in company or "maxEmployees" in company
    return (
        bool(texts.get("autres critères d'éligibilité"))
        or programme.get("aide temporairement indisponible") == "oui"
        or any("éligib" in key.casefold() for block in programme.get("champs conditionnels", ()) for key in block)
        or texts["nombre d'années d'activité"] != ["Éligible à toutes les entreprises"]
        or any(text.replace("’", "'") != "Tous secteurs d'activité" for text in texts["secteur d'activité"])
        or texts["secteur géographique"] != [", ".join(regions) if regions else "France et territoires d'outre-mer"]
        or any(not (text == "Toutes tailles" or (bounded and re.search(r"\d+ salariés$", text))) for text in sizes)
    )


@pytest.fixture(scope="module")
def catalogue(tee_import: ImportedFile, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder: Path = tmp_path_factory.mktemp("tee") / "catalogue"
    changes = compare(tee_import.drafts, load_existing(folder, "tee"), complete=True)
    write_import(tee_import, changes, folder)
    return load_catalogue(folder)


def verdict(catalogue: Catalogue, programme: dict[str, Any], profile: Profile) -> Truth:
    return screen(catalogue.dispositifs[f"tee/{programme['id']}"], profile.facts, profile.on).truth


def around(programme: dict[str, Any]) -> Iterator[Profile]:
    """A profile that the programme takes, then others that cross each of its limits, on both sides."""
    company = programme["eligibilityData"]["company"]
    low, high = int(company.get("minEmployees", 0)), int(company.get("maxEmployees", 5000))
    regions = [name for name in company.get("allowedRegion", CODE_OF_REGION) if name in CODE_OF_REGION]
    start, end = (_day(programme["eligibilityData"].get("validity", {}).get(key)) for key in ("start", "end"))
    base = Profile(
        on=end or start or ON,
        staff=max(low, min(high, 30)),
        micro=False,
        section=company["allowedNafSections"][0],
        region=regions[0] if regions else "Grand Est",
        objectives=frozenset(programme["eligibilityData"]["priorityObjectives"][:1]),
    )
    yield base
    yield from (replace(base, staff=staff) for staff in {max(low - 1, 0), low, low + 1, high - 1, high, high + 1, None})
    # A micro-entrepreneur works alone: TEE gives him a headcount of one.
    yield from (replace(base, micro=micro, staff=1) for micro in (True, None))
    yield from (replace(base, section=section) for section in (*CODE_OF_SECTION, None))
    yield from (replace(base, region=region) for region in (*CODE_OF_REGION, None))
    yield from (replace(base, objectives=frozenset({name})) for name in OBJECTIVE_OF)
    yield from (
        replace(base, objectives=objectives) for objectives in (frozenset[str](), None, frozenset(OBJECTIVE_OF))
    )
    one = timedelta(days=1)
    yield from (replace(base, on=day + shift) for day in (start, end) if day for shift in (-one, 0 * one, one))


def at_random(count: int) -> Iterator[Profile]:
    draw = random.Random(20261124)
    for _ in range(count):
        micro = draw.choice([True, False, False, None])
        yield Profile(
            on=draw.choice([date(2023, 6, 1), date(2025, 12, 31), date(2026, 6, 15), ON]),
            staff=1 if micro else draw.choice([*HEADCOUNTS, None]),
            micro=micro,
            section=draw.choice([*CODE_OF_SECTION, None]),
            region=draw.choice([*CODE_OF_REGION, None]),
            objectives=draw.choice([None, frozenset(draw.sample(sorted(OBJECTIVE_OF), k=draw.randint(0, 3)))]),
        )


def grid(programmes: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Profile]]:
    profiles = list(at_random(30))
    for programme in programmes:
        yield from ((programme, profile) for profile in (*around(programme), *profiles))


def test_whatever_tee_refuses_is_refused_here(catalogue: Catalogue, tee_records: list[dict[str, Any]]) -> None:
    refused = 0
    for programme, profile in grid(tee_records):
        if not tee_accepts(programme, profile):
            refused += 1
            assert verdict(catalogue, programme, profile) is Truth.NO, (programme["id"], profile)
    assert refused > 20 * len(tee_records)


def test_whatever_tee_accepts_is_yes_here_where_it_has_no_prose(
    catalogue: Catalogue, tee_records: list[dict[str, Any]]
) -> None:
    accepted = 0
    for programme, profile in grid([record for record in tee_records if not has_prose(record)]):
        known = None not in (profile.staff, profile.micro, profile.section, profile.region, profile.objectives)
        if known and tee_accepts(programme, profile):
            accepted += 1
            assert verdict(catalogue, programme, profile) is Truth.YES, (programme["id"], profile)
    assert accepted > 5 * sum(1 for record in tee_records if not has_prose(record)) > 0


def test_what_tee_takes_without_knowing_is_never_a_no_for_want_of_an_answer(
    catalogue: Catalogue, tee_records: list[dict[str, Any]]
) -> None:
    for programme in tee_records:
        if has_prose(programme):
            continue
        known = next(around(programme))
        blanks = (
            replace(known, staff=None),
            replace(known, micro=None),
            replace(known, section=None),
            replace(known, region=None),
            replace(known, objectives=None),
        )
        for profile in blanks:
            assert verdict(catalogue, programme, profile) is not Truth.NO, (programme["id"], profile)


def test_every_draft_passes_the_checks_of_the_catalogue_and_runs_its_examples(
    catalogue: Catalogue, tee_records: list[dict[str, Any]]
) -> None:
    assert len(catalogue.dispositifs) == len(tee_records)
    assert all(dispositif.cases for dispositif in catalogue.dispositifs.values())
    assert check_catalogue(catalogue) == []


TABLE = """
                          PME      micro    ETI      commerce Bretagne eau      2027
diag-atelier              oui      non      non      non      oui      non      oui
aide-ouverte              oui      oui      oui      oui      oui      non      oui
aide-regionale            non      oui      non      non      non      non      non
aide-deux-departements    non      non      non      non      non      non      non
pret-usine                inconnu  non      inconnu  inconnu  inconnu  non      non
formation-transition      inconnu  inconnu  inconnu  inconnu  inconnu  non      inconnu
credit-prototype          inconnu  inconnu  inconnu  inconnu  inconnu  non      inconnu
accelerateur-suspendu     non      non      non      non      non      non      non
aide-close                non      non      non      non      non      non      non
diag-selon-taille         inconnu  inconnu  non      inconnu  inconnu  non      inconnu
diag-texte-seul           oui      oui      non      oui      oui      non      oui
aide-a-relire             inconnu  inconnu  inconnu  non      inconnu  non      inconnu
"""
"""A PME of 60 in the Grand Est whose project serves every objective, on ON; then one thing changed at a time."""


@pytest.mark.parametrize("tee_file", ["extrait"], indirect=True)
def test_verdicts_of_the_invented_programmes_on_seven_profiles(catalogue: Catalogue) -> None:
    pme = Profile(on=ON, staff=60, micro=False, section="C", region="Grand Est", objectives=frozenset(OBJECTIVE_OF))
    profiles = {
        "PME": pme,
        "micro": replace(pme, micro=True, staff=1),
        "ETI": replace(pme, staff=600),
        "commerce": replace(pme, section="G"),
        "Bretagne": replace(pme, region="Bretagne"),
        "eau": replace(pme, objectives=frozenset({"water"})),
        "2027": replace(pme, on=date(2027, 3, 1)),
    }
    lines = [line.split() for line in TABLE.strip("\n").splitlines()]
    for identifier, *expected in lines[1:]:
        found = [
            screen(catalogue.dispositifs[f"tee/{identifier}"], profiles[name].facts, profiles[name].on).truth.value
            for name in lines[0]
        ]
        assert found == expected, identifier


def test_the_extract_is_made_of_invented_programmes() -> None:
    assert "inventé" in (DATA / "tee_extrait.json").read_text(encoding="utf-8")
