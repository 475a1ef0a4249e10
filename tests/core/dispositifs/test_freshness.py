"""What must be looked at again: closed, closing, review due, page silent; names that moved; figures that disagree."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.checks import check_catalogue, clashing_rows, concerns, freshness
from rebond.dispositifs.links import LinkRecord, load_links, save_links
from rebond.dispositifs.model import Dispositif, Validity
from rebond.dispositifs.screening import screen, ways_in
from rebond.eligibility.choice import DatedValue
from rebond.eligibility.truth import Truth
from rebond.errors import CatalogueError
from tests.core.eligibility.trees import parse

ON = date(2026, 11, 23)
DAY = timedelta(days=1)
SCHEME = "region-grand-est/transformation-digitale"


@pytest.fixture
def scheme(catalogue: Catalogue) -> Dispositif:
    """A scheme without dates, reviewed far from now."""
    return replace(catalogue.dispositifs[SCHEME], validity=Validity(), review_on=ON + 365 * DAY)


def closing(scheme: Dispositif, day: date) -> Dispositif:
    return replace(scheme, validity=Validity(closes_on=day))


@pytest.mark.parametrize(("days", "state"), [(-1, "clos"), (0, "ferme_bientot"), (60, "ferme_bientot"), (61, "a_jour")])
def test_a_closing_date_counts_from_sixty_days(days: int, state: str, scheme: Dispositif) -> None:
    assert freshness(closing(scheme, ON + days * DAY), ON).state == state


@pytest.mark.parametrize(("days", "state"), [(-1, "revue_en_retard"), (0, "a_jour"), (1, "a_jour")])
def test_a_review_is_late_the_day_after(days: int, state: str, scheme: Dispositif) -> None:
    assert freshness(replace(scheme, review_on=ON + days * DAY), ON).state == state


def test_a_suspended_scheme_is_closed_and_a_future_one_not_yet_open(scheme: Dispositif) -> None:
    assert freshness(replace(scheme, validity=Validity(suspended=True)), ON).state == "clos"
    assert freshness(replace(scheme, validity=Validity(opens_on=ON + DAY)), ON).state == "pas_encore_ouvert"


@pytest.mark.parametrize(
    ("success", "failure", "alive"),
    [
        (ON, None, True),
        (ON, ON - DAY, True),
        (ON - DAY, ON, False),
        (None, ON, False),
        (None, None, False),
    ],
)
def test_a_page_is_alive_when_it_answered_last(
    success: date | None, failure: date | None, alive: bool, scheme: Dispositif
) -> None:
    link = LinkRecord(dispositif=scheme.id, url="https://exemple.fr", last_success=success, last_failure=failure)
    assert link.seen_alive is alive
    states = [concern.state for concern in concerns(scheme, ON, link)]
    assert states == ([] if alive else ["lien_non_vu_vivant"])


def test_a_dead_link_asks_for_a_review_and_closes_nothing(scheme: Dispositif) -> None:
    dead = LinkRecord(dispositif=scheme.id, url="https://exemple.fr", last_failure=ON)
    before = screen(scheme, {}, ON)
    assert freshness(scheme, ON, dead).state == "lien_non_vu_vivant"
    assert "reste tel quel" in freshness(scheme, ON, dead).detail
    assert screen(scheme, {}, ON) == before
    assert scheme.validity.is_open(ON)


def test_what_comes_back_each_year_is_awaited_and_not_closed(scheme: Dispositif) -> None:
    """Its desk is shut that day, which is known; nobody says that it is over, and a suspended one is no edition."""
    yearly = replace(scheme, validity=replace(scheme.validity, closes_on=ON - DAY, recurs=True))
    assert freshness(yearly, ON).state == "reconduction_attendue"
    (window, *_) = screen(yearly, {}, ON).reasons
    assert (window.truth, "reconduction attendue" in window.change) == (Truth.NO, True)
    assert any("reconduction attendue" in change.words for found in ways_in(yearly, {}, ON) for change in found.changes)
    assert freshness(yearly, ON - DAY).state == "ferme_bientot"
    suspended = replace(yearly, validity=replace(yearly.validity, suspended=True))
    assert freshness(suspended, ON).state == "clos"


def test_several_concerns_are_all_told_the_most_pressing_first(scheme: Dispositif) -> None:
    dead = LinkRecord(dispositif=scheme.id, url="https://exemple.fr", last_failure=ON)
    late = replace(closing(scheme, ON + DAY), review_on=ON - DAY)
    assert [concern.state for concern in concerns(late, ON, dead)] == [
        "ferme_bientot",
        "revue_en_retard",
        "lien_non_vu_vivant",
    ]


def test_what_a_link_checker_saw_is_kept(tmp_path: Path) -> None:
    records = {
        "a/b": LinkRecord(dispositif="a/b", url="https://exemple.fr/b", last_success=ON),
        "a/c": LinkRecord(dispositif="a/c", url="https://exemple.fr/c", last_failure=ON),
    }
    save_links(tmp_path, records)
    assert load_links(tmp_path, ["a/b", "a/c"]) == records


def test_without_a_record_of_links_nothing_is_said_of_them(tmp_path: Path) -> None:
    assert load_links(tmp_path, ["a/b"]) == {}


def test_a_wrong_record_of_links_gives_every_fault(tmp_path: Path) -> None:
    (tmp_path / "liens.csv").write_text(
        "id,url,dernier_succes,dernier_echec\nx/y,https://exemple.fr,,\na/b,https://exemple.fr,hier,\n",
        encoding="utf-8",
    )
    with pytest.raises(CatalogueError) as raised:
        load_links(tmp_path, ["a/b"])
    assert [fault.where for fault in raised.value.faults] == ["liens.csv, ligne 2", "liens.csv, ligne 3"]


# Names that moved


def catalogue_with(redirects: str, folder: Path) -> Catalogue:
    """Two dispositifs of the shipped catalogue, and redirects."""
    for name in ("ademe/decarb-flash", SCHEME):
        path = folder / "dispositifs" / f"{name}.yaml"
        path.parent.mkdir(parents=True)
        path.write_bytes((data_folder() / "dispositifs" / f"{name}.yaml").read_bytes())
    (folder / "dispositifs" / "redirections.yaml").write_text(redirects, encoding="utf-8")
    return load_catalogue(folder)


def test_a_former_name_leads_to_the_dispositif(tmp_path: Path) -> None:
    loaded = catalogue_with("ademe/flash-1: ademe/flash-2\nademe/flash-2: ademe/decarb-flash\n", tmp_path)
    expected = loaded.dispositifs["ademe/decarb-flash"]
    assert loaded.find("ademe/flash-1") is loaded.find("ademe/flash-2") is loaded.find("ademe/decarb-flash") is expected
    assert loaded.find("ademe/jamais-vu") is None


def test_a_redirect_changes_the_version_of_the_catalogue(tmp_path: Path) -> None:
    one = catalogue_with("ademe/flash-1: ademe/decarb-flash\n", tmp_path / "un")
    none = catalogue_with("# aucune\n", tmp_path / "aucune")
    assert one.version != none.version


@pytest.mark.parametrize(
    ("redirects", "problem"),
    [
        ("ademe/flash-1: ademe/nulle-part\n", "ne mène à aucun dispositif"),
        (f"ademe/decarb-flash: {SCHEME}\n", "existe encore"),
        ("ademe/flash-1: ademe/flash-2\nademe/flash-2: ademe/flash-1\n", "tourne en rond"),
        ("- ademe/flash-1\n", "des redirections sont attendues"),
    ],
)
def test_a_wrong_redirect_is_a_fault_with_its_line(redirects: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as raised:
        catalogue_with(redirects, tmp_path)
    for fault in raised.value.faults:
        assert fault.where.startswith("redirections.yaml, ligne ")
        assert problem in fault.problem


# Figures that disagree


def row(value: str, *, since: date | None = None, until: date | None = None, size: str = "") -> DatedValue:
    condition = parse({"fait": "taille_ue", "parmi": [size]}) if size else None
    return DatedValue(value=Decimal(value), condition=condition, valid_from=since, valid_to=until, source="texte")


def test_two_figures_for_one_rule_on_one_day_disagree() -> None:
    assert clashing_rows([row("0.3"), row("0.2")]) == [(0, 1)]
    assert clashing_rows([row("0.3", size="micro"), row("0.2", size="micro")]) == [(0, 1)]
    assert clashing_rows([row("0.3", until=ON), row("0.2", since=ON)]) == [(0, 1)]


def test_a_condition_or_a_date_tells_two_figures_apart() -> None:
    assert clashing_rows([row("0.3", size="micro"), row("0.2")]) == []
    assert clashing_rows([row("0.3", size="micro"), row("0.2", size="petite")]) == []
    assert clashing_rows([row("0.3", until=ON), row("0.2", since=ON + DAY)]) == []
    assert clashing_rows([row("0.3"), row("0.3")]) == []


def test_two_figures_in_one_file_are_a_fault_with_its_line(tmp_path: Path) -> None:
    catalogue_with("# aucune\n", tmp_path)
    path = tmp_path / "dispositifs" / "ademe" / "decarb-flash.yaml"
    rate = (
        '  plafond_aide:\n    - {valeur: "1 EUR", source: "plaquette"}\n    - {valeur: "2 EUR", source: "règlement"}\n'
    )
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "plafond_aide" not in line]
    start = kept.index("avantage:\n") + 1
    path.write_text("".join([*kept[:start], rate, *kept[start:]]), encoding="utf-8")
    faults = [fault for fault in check_catalogue(load_catalogue(tmp_path)) if "deux chiffres" in fault.problem]
    (fault,) = faults
    assert fault.where == f"ademe/decarb-flash.yaml, ligne {start + 3}, clé « avantage.plafond_aide.1 »"
    assert "(plaquette)" in fault.problem
    assert "(règlement)" in fault.problem


def test_the_shipped_catalogue_has_no_fault(catalogue: Catalogue) -> None:
    assert [str(fault) for fault in check_catalogue(catalogue)] == []
