"""A workbook comes back to a mission where someone else changed the same cell: both are shown, one is chosen."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rebond.results import MissionResult
from tests.web.editing.test_browser_editing import PATIENCE, M, is_fit, opened
from tests.web.exchange.conftest import cell, edited
from tests.web.site import prepare, served
from tests.web.test_browser import CHROMIUM, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which(CHROMIUM or "") is None, reason="Chromium absent : apt-get install chromium"),
]


@pytest.fixture
def site(sample_result: MissionResult, tmp_path: Path) -> Iterator[str]:
    prepare(sample_result, tmp_path / "site", {})
    with served(tmp_path / "site") as url:
        yield url


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def filled(path: Path) -> Path:
    """One cell that the consultant changes too, one that nobody else touches."""

    def fill(book: object) -> None:
        cell(book, "projets", "P001", "intitule").value = "Titre du classeur"
        cell(book, "projets", "P002", "emplois_crees").value = 77

    return edited(path, fill)


def test_two_people_change_the_same_cell_and_the_pilot_chooses_with_the_keyboard(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    pilot = opened(chromium, site)
    pilot.goto(f"{M}/echanges/")
    with pilot.expect_download() as coming:
        pilot.get_by_role("button", name="Exporter le classeur").click()
    coming.value.save_as(tmp_path / "export.xlsx")

    other = opened(chromium, site, name="consultant")
    other.goto(f"{M}/projets/P001/modifier/")
    other.get_by_label("Intitulé (obligatoire)", exact=True).fill("Titre du site")
    other.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(other.locator("h1")).to_have_text("Titre du site", timeout=PATIENCE)

    pilot.set_input_files("input[type=file]", filled(tmp_path / "export.xlsx"))
    pilot.get_by_role("button", name="Voir ce qui changerait").click()
    expect(pilot.locator("h1")).to_have_text("Ce que ce classeur changerait", timeout=PATIENCE)
    expect(pilot.get_by_text("Classeur : Titre du classeur")).to_be_visible()
    expect(pilot.get_by_text("Site : Titre du site")).to_be_visible()
    expect(pilot.get_by_text(re.compile("consultant, le "))).to_be_visible()
    check_screens(pilot)

    pilot.get_by_label("Motif").fill("visites")
    pilot.get_by_role("button", name="Appliquer", exact=False).last.click()
    expect(pilot.get_by_role("alert")).to_contain_text("1 conflit attend votre choix", timeout=PATIENCE)

    pilot.goto(pilot.url.partition("?")[0])
    pilot.locator("h1").click()
    for key in ("j", "t"):
        pilot.keyboard.press(key)
    expect(pilot.locator("[data-rb-kept]")).to_have_text("Vos choix sont gardés.", timeout=PATIENCE)
    pilot.reload()
    expect(pilot.locator("input[value=classeur]:checked")).to_have_count(1)
    # The worker of the site studies the mission with the workbook: 77 jobs are more than before.
    expect(pilot.locator("#chiffres table")).to_contain_text("mplois", timeout=3 * PATIENCE)
    check_screens(pilot)

    pilot.get_by_label("Motif").fill("visites")
    pilot.get_by_role("button", name="Appliquer les").click()
    expect(pilot.get_by_role("button", name="Annuler cet import")).to_be_visible(timeout=PATIENCE)
    pilot.goto(f"{M}/projets/P001/")
    expect(pilot.locator("h1")).to_have_text("Titre du classeur")


def check_screens(page: Page) -> None:
    """Accessible, and no wider than a telephone."""
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert is_fit(page, 390)
    page.set_viewport_size({"width": 1280, "height": 900})
