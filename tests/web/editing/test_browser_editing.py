"""A day's entry in a real browser, with the keyboard: a firm, a project and its costs, an interview, two people."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rebond.results import MissionResult
from rebond.web.accounts.demo import DEMO_PASSWORD
from tests.web.site import prepare, served
from tests.web.test_browser import CHROMIUM, violations

M = "/missions/chaumont-langres"
PATIENCE = 60_000
"""Milliseconds: a busy machine saves slowly, and a page that never comes still fails."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which(CHROMIUM or "") is None, reason="Chromium absent : apt-get install chromium"),
]


@pytest.fixture(scope="module")
def site(sample_result: MissionResult, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("saisie")
    prepare(sample_result, home, {})
    with served(home) as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(chromium: Browser, site: str, *, name: str = "pilote", width: int = 1280, script: bool = True) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, locale="fr-FR", java_script_enabled=script, base_url=site
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto("/connexion/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    return page


def is_fit(page: Page, width: int) -> bool:
    """Whether the page is as wide as the screen and no wider."""
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


def test_a_firm_and_a_project_with_three_cost_lines_by_keyboard(chromium: Browser, site: str) -> None:
    page = opened(chromium, site)
    page.goto(f"{M}/entreprises/nouvelle/")
    page.get_by_label("Raison sociale").focus()
    page.keyboard.type("Fonderie du clavier")
    page.get_by_label(re.compile("^Commune")).focus()
    page.keyboard.type("Chaumont (52)")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Fonderie du clavier", timeout=PATIENCE)
    expect(page.get_by_role("status").first).to_contain_text("l’étude sera refaite", timeout=PATIENCE)
    page.get_by_role("navigation").get_by_role("link", name="Ajouter un projet").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Intitulé (obligatoire)", exact=True).focus()
    page.keyboard.type("Four à induction")
    page.locator("[name='depenses.0.intitule']").focus()
    for label, nature, year, amount in (
        ("Terrain", "Terrain", "2027", "120 000"),
        ("Essais", "Formation", "2027", "80,5 k€"),
        ("Supervision", "Logiciels", "2028", "15 000"),
    ):
        for text in (label, nature, year, amount):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
    page.get_by_role("button", name="Enregistrer", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Four à induction", timeout=PATIENCE)
    # The head of the sheet, on top of each of its parts.
    expect(page.locator("#tete")).to_contain_text(re.compile(r"215\s500\s€"))


def test_enter_goes_down_the_grid_and_a_block_is_pasted_into_it(chromium: Browser, site: str) -> None:
    page = opened(chromium, site)
    page.goto(f"{M}/projets/P002/couts/")
    first = page.locator("[name='depenses.0.montant']")
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name='depenses.1.montant']")).to_be_focused()
    rows = page.locator("[data-rb-grid] tbody tr")
    before = rows.count()
    last = page.locator(f"[name='depenses.{before - 1}.intitule']")
    last.focus()
    block = "Presse\\tÉquipements de production\\t2027\\t100 000\\nQuai\\tbatiment\\t2028\\t12 k€ TTC"
    page.evaluate(
        f"""() => {{
            const data = new DataTransfer();
            data.setData("text/plain", "{block}");
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", {{clipboardData: data, bubbles: true}}));
        }}"""
    )
    assert rows.count() == before + 1
    expect(page.locator(f"[name='depenses.{before - 1}.nature']")).to_have_value("materiel")
    expect(page.locator("[data-rb-unread]")).to_have_text("1")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("toutes taxes comprises", timeout=PATIENCE)
    assert violations(page) == []
    alert.get_by_role("link").first.click()
    expect(page.locator(f"[name='depenses.{before}.montant']")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
def test_an_interview_with_two_projects_on_one_screen(chromium: Browser, site: str, width: int) -> None:
    page = opened(chromium, site, name="consultant", width=width)
    page.goto(f"{M}/entretiens/nouveau/?entreprise=E003")
    page.get_by_label(re.compile("^Date")).fill("14/09/2026")
    page.get_by_label("Besoins de compétences").fill("deux fondeurs")
    page.locator("[name='projets.0.intitule']").fill(f"Sablerie {width}")
    page.get_by_role("button", name="+ Projet").click()
    page.locator("[name='projets.1.intitule']").fill(f"Ébavurage {width}")
    page.locator("[name='projets.1.travaux_commences']").select_option("non")
    assert violations(page) == []
    assert is_fit(page, width)
    page.get_by_role("button", name="Terminer l’entretien").click()
    expect(page.locator("h1")).to_have_text("Avant de partir", timeout=PATIENCE)
    expect(page.get_by_role("main")).to_contain_text(f"Ébavurage {width}")
    assert page.locator(".rb-items > li").count() <= 3
    assert violations(page) == []


def test_two_people_see_both_versions_and_neither_is_lost(chromium: Browser, site: str) -> None:
    one, other = opened(chromium, site), opened(chromium, site, name="consultant", width=390)
    for page in (one, other):
        page.goto(f"{M}/projets/P005/modifier/")
    one.locator("[name='projets.0.emplois_crees']").fill("21")
    one.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(one.get_by_role("status").first).to_contain_text("Enregistré", timeout=PATIENCE)
    other.locator("[name='projets.0.emplois_crees']").fill("12")
    other.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(other.get_by_role("main")).to_contain_text("Ce que pilote a enregistré", timeout=PATIENCE)
    expect(other.locator(".rb-clash__value")).to_have_text(["21", "12"])
    assert violations(other) == []
    assert is_fit(other, 390)
    other.locator("label").filter(has_text="Ce que vous avez saisi").click()
    other.get_by_role("button", name="Enregistrer mes choix").click()
    expect(other.get_by_role("status").first).to_contain_text("Enregistré", timeout=PATIENCE)
    other.goto(f"{M}/projets/P005/historique/")
    expect(other.get_by_role("main")).to_contain_text("Rétablir cette valeur", timeout=PATIENCE)
    assert violations(other) == []
    assert is_fit(other, 390)


def test_a_session_that_ends_while_typing_and_a_closed_tab_lose_nothing(chromium: Browser, site: str) -> None:
    page = opened(chromium, site)
    page.goto(f"{M}/projets/P006/modifier/")
    page.get_by_label("Intitulé (obligatoire)", exact=True).fill("Gardé en route")
    page.keyboard.press("Tab")
    expect(page.locator("[data-rb-kept]")).to_contain_text("Saisie gardée", timeout=PATIENCE)
    page.goto(f"{M}/projets/P006/modifier/")
    page.get_by_role("link", name="Reprendre ma saisie").click()
    title = page.get_by_label("Intitulé (obligatoire)", exact=True)
    expect(title).to_have_value("Gardé en route", timeout=PATIENCE)
    title.fill("Gardé après la session")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.fill("[name=username]", "pilote")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    expect(page.get_by_label("Intitulé (obligatoire)", exact=True)).to_have_value(
        "Gardé après la session", timeout=PATIENCE
    )
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("h1")).to_have_text("Gardé après la session", timeout=PATIENCE)


def test_what_a_missing_fact_unlocks_comes_beside_its_field(chromium: Browser, site: str) -> None:
    page = opened(chromium, site)
    page.goto(f"{M}/projets/P015/modifier/")
    expect(page.locator(".rb-unlocks").filter(has_text="€").first).to_be_attached(timeout=PATIENCE)


def test_everything_is_entered_without_javascript(chromium: Browser, site: str) -> None:
    page = opened(chromium, site, script=False)
    page.goto(f"{M}/projets/P007/couts/")
    page.locator("summary", has_text="Coller depuis un tableur").click()
    page.get_by_label("Lignes copiées").fill("Banc d’essai\tÉquipements de production\t2027\t45 000")
    page.get_by_role("button", name="Montrer ce qui est compris").click()
    # The standing of the study is a status too, and comes first when a change is not counted yet.
    expect(page.get_by_role("status").filter(has_text="1 ligne comprise")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="+ une ligne").click()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#couts")).to_contain_text("Banc d’essai", timeout=PATIENCE)


def test_what_is_typed_without_a_network_is_offered_when_the_form_opens_again(chromium: Browser, site: str) -> None:
    """The tab is closed while the site cannot be reached: the browser alone has it."""
    page = opened(chromium, site)
    address = f"{M}/projets/P004/couts/"
    page.goto(address)
    page.context.set_offline(True)
    page.locator("[name='depenses.0.intitule']").fill("Tapé dans le train")
    last = page.locator("[data-rb-grid] tbody tr").count() - 1
    page.locator(f"[name='depenses.{last}.intitule']").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-rb-kept]")).to_contain_text("gardée dans ce navigateur", timeout=PATIENCE)
    other = page.context.new_page()
    page.close()
    other.set_default_timeout(PATIENCE)
    other.context.set_offline(False)
    other.goto(address)
    expect(other.locator("[name='depenses.0.intitule']")).not_to_have_value("Tapé dans le train")
    assert violations(other) == []
    other.get_by_role("button", name="Reprendre cette saisie").click()
    expect(other.locator("[name='depenses.0.intitule']")).to_have_value("Tapé dans le train")
    other.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(other.get_by_role("status").first).to_contain_text("l’étude sera refaite", timeout=PATIENCE)
    other.goto(address)
    expect(other.locator("[name='depenses.0.intitule']")).to_have_value("Tapé dans le train")
    expect(other.get_by_role("button", name="Reprendre cette saisie")).to_have_count(0)
