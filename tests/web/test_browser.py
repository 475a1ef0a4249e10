"""Every page in a real browser, on a wide screen and a telephone: accessibility, policy, no outside request."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rebond.results import MissionResult
from rebond.web.accounts.demo import DEMO_PASSWORD
from tests.web.addresses import MISSION, PAGES, address
from tests.web.site import prepare, served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS = (1280, 390)
PROJECTS = f"/missions/{MISSION}/projets/"
SIMULATION = f"{PROJECTS}P015/plan/simulation/"
AXE = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}

PATIENCE = 60_000
"""Milliseconds: a busy machine answers slowly; a page that never comes still fails."""
# It holds for every browser test of the run; pages are told by who opens them.
expect.set_options(timeout=PATIENCE)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium absent : apt-get install chromium"),
]


@dataclass
class Screen:
    """A browser of one width, signed in, that notes what goes wrong."""

    page: Page
    site: str
    width: int
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page, with a clean record."""
        self.faults.clear()
        self.page.goto(self.site + path)
        return self.page


@pytest.fixture(scope="module")
def site(sample_result: MissionResult, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("site")
    prepare(sample_result, home, {})
    with served(home) as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Started and stopped here: its event loop must not outlive this module, Django's other tests refuse it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=WIDTHS)
def screen(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Screen]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    screen = Screen(page=context.new_page(), site=site, width=request.param)
    page = screen.page
    page.on("console", lambda message: screen.faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: screen.faults.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((site, "data:")) else screen.faults.append(asked.url))
    page.on("request", lambda asked: screen.faults.append(asked.url) if "Marianne" in asked.url else None)
    page.goto(f"{site}/connexion/")
    page.fill("[name=username]", "pilote")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text("Aujourd’hui")
    yield screen
    context.close()


def violations(page: Page) -> list[str]:
    """What axe finds, with the first node of each."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{row['id']} : {row['help']} — {row['nodes'][0]['html'][:160]} ({len(row['nodes'])})" for row in found]


def is_styled(page: Page) -> bool:
    """Whether the style sheets came: an integrity or policy refusal leaves the page bare."""
    family = page.evaluate("getComputedStyle(document.body).fontFamily")
    return "Source Sans 3" in family


@pytest.mark.parametrize("name", [*sorted(PAGES), "absente"])
def test_every_page_is_accessible_and_whole(name: str, screen: Screen) -> None:
    page = screen.open("/rien/" if name == "absente" else address(name))
    assert violations(page) == []
    assert is_styled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= screen.width
    assert [fault for fault in screen.faults if "404" not in fault or name != "absente"] == []


def test_the_login_page_is_accessible_with_its_errors(chromium: Browser, site: str) -> None:
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site}/connexion/")
    assert violations(page) == []
    page.fill("[name=username]", "pilote")
    page.fill("[name=password]", "faux")
    page.click("main button[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("La connexion a échoué")
    assert violations(page) == []
    page.close()


def test_unfolded_parts_are_accessible(screen: Screen) -> None:
    page = screen.open(f"{PROJECTS}P001/plan/")
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= screen.width


def test_criteria_open_in_place(screen: Screen) -> None:
    page = screen.open(f"{PROJECTS}P001/dispositifs/")
    page.locator(".rb-verdicts > li").first.get_by_role("link", name=re.compile("^Critères")).click()
    expect(page.locator(".rb-criteria").first).to_be_visible()
    assert page.url.endswith(f"{PROJECTS}P001/dispositifs/")
    assert screen.faults == []


def test_the_simulator_follows_every_change_and_the_back_button(screen: Screen) -> None:
    page = screen.open(SIMULATION)
    page.select_option("[name=taille_ue]", "grande")
    expect(page.locator("#bilan")).to_contain_text("d’aide en moins")
    expect(page.locator("#fait-taille_ue-etat")).to_contain_text("Projet : entreprise moyenne")
    expect(page.locator("#resultat")).to_contain_text("grande entreprise au lieu de entreprise moyenne")
    assert page.url.endswith("?taille_ue=grande")
    page.fill("[name=emplois_crees]", "40")
    page.keyboard.press("Enter")
    expect(page.locator("#bilan")).to_contain_text("2 faits changés")
    assert violations(page) == []
    page.go_back()
    expect(page.locator("#bilan")).to_contain_text("1 fait changé")
    expect(page.locator("[name=emplois_crees]")).to_have_value("8")
    page.go_back()
    expect(page.locator("#bilan")).to_contain_text("Aucun fait changé")
    assert page.url.endswith("/simulation/")
    assert page.evaluate("document.documentElement.scrollWidth") <= screen.width
    assert screen.faults == []


def test_links_are_answered_and_undone_with_the_keyboard_alone(screen: Screen) -> None:
    page = screen.open(f"/missions/{MISSION}/rapprochements/")
    counter, asked = page.locator(".rb-lede").inner_text(), page.locator("[name=projet]").first.input_value()
    page.keyboard.press("2")
    expect(page.locator(".rb-done")).to_contain_text("Ce n’est pas le même")
    expect(page.locator("#paire")).to_be_focused()
    assert page.locator(".rb-lede").inner_text() != counter
    assert violations(page) == []
    page.fill("[name=motif]", "123 u")  # the keys are letters again in a field
    expect(page.locator("[name=motif]")).to_have_value("123 u")
    page.locator("#paire").focus()
    page.keyboard.press("u")
    expect(page.locator(".rb-done")).to_contain_text("Annulé")
    expect(page.locator("#paire")).to_be_focused()
    assert (page.locator(".rb-lede").inner_text(), page.locator("[name=projet]").first.input_value()) == (
        counter,
        asked,
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= screen.width
    assert screen.faults == []


def test_the_simulator_is_used_with_the_keyboard_alone(screen: Screen) -> None:
    page = screen.open(SIMULATION)
    page.locator("[name=emplois_crees]").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("40")
    page.keyboard.press("Tab")
    page.keyboard.type("31")  # While the plan is computed again: what is written stays.
    expect(page.locator("#bilan")).to_contain_text("1 fait changé")
    expect(page.locator("[name=emplois_maintenus]")).to_be_focused()
    expect(page.locator("[name=emplois_maintenus]")).to_have_value("31")
    page.keyboard.press("Enter")
    expect(page.locator("#bilan")).to_contain_text("2 faits changés")
    page.get_by_role("link", name="Figer cette simulation").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Intitulé").focus()
    assert violations(page) == []
    page.keyboard.type("Si l’atelier embauche")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Si l’atelier embauche")
    page.get_by_role("button", name="Rejouer").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rb-box[role=status]")).to_contain_text("Même plan, à l’euro")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= screen.width
    assert screen.faults == []


def test_a_wrong_value_in_the_simulator_leads_to_its_field(screen: Screen) -> None:
    page = screen.open(SIMULATION)
    page.fill("[name=emplois_crees]", "beaucoup")
    page.keyboard.press("Tab")
    page.get_by_role("alert").get_by_role("link", name="Emplois créés").click()
    expect(page.locator("[name=emplois_crees]")).to_be_in_viewport()
    expect(page.locator("#fait-emplois_crees-etat")).to_contain_text("n’est pas un nombre")
    assert violations(page) == []


def test_the_variant_before_a_date_comes_in_place(screen: Screen) -> None:
    page = screen.open(f"{PROJECTS}P015/plan/")
    page.locator("summary", has_text="Variantes").click()
    page.fill("[name=argent_avant]", "31/12/2030")
    page.get_by_role("button", name="Ajouter la variante").click()
    expect(page.locator("#variantes")).to_contain_text("avant le 31/12/2030")
    expect(page.locator("#documents a").first).to_have_attribute("href", re.compile("argent_avant=2030-12-31"))
    assert "argent_avant=31%2F12%2F2030" in page.url
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= screen.width
    assert screen.faults == []


def test_a_table_on_a_telephone_shows_every_amount_without_scrolling(screen: Screen) -> None:
    page = screen.open(f"{PROJECTS}P015/plan/")
    overflowing = page.evaluate(
        "[...document.querySelectorAll('.rb-scroll:has(> .rb-table--stack)')]"
        ".filter(part => part.scrollWidth > part.clientWidth + 1).length"
    )
    assert overflowing == 0


def test_a_filter_changes_the_list_and_the_address(screen: Screen) -> None:
    page = screen.open(PROJECTS)
    page.select_option("[name=connu]", "non")
    expect(page.locator(".rb-chip").first).to_contain_text("Inconnu des partenaires")
    assert "connu=non" in page.url
    assert screen.faults == []


def test_a_project_moves_on_the_committee_s_screen_and_the_bar_follows_in_place(screen: Screen) -> None:
    page = screen.open(address("committee:screen"))
    page.evaluate("window.same = true")
    before = page.locator(".rb-wall__figures").inner_text()
    ref = page.locator("#titre-dedans ~ ul [data-rb-move]").first.get_attribute("data-rb-move")
    page.locator(f"#bouger-{ref}").click()
    expect(page.locator(f"#titre-dehors ~ ul #projet-{ref}")).to_be_visible()
    expect(page.locator(f"#bouger-{ref}")).to_be_focused()
    expect(page.locator(".rb-wall__figures")).not_to_have_text(before)
    assert f"moins={ref}" in page.url
    assert page.evaluate("window.same")
    assert violations(page) == []
    assert screen.faults == []


def test_filters_work_without_javascript(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{site}/catalogue/")
    page.select_option("[name=forme]", "subvention")
    page.get_by_role("button", name="Filtrer").click()
    assert "forme=subvention" in page.url
    expect(page.locator(".rb-results__count")).to_contain_text("sur")
    context.close()


def test_the_keyboard_skips_to_the_content(screen: Screen) -> None:
    page = screen.open(PROJECTS)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Contenu", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()


def test_the_menu_opens_on_a_telephone(chromium: Browser, site: str) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site}/catalogue/")
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Catalogue", exact=True)).to_be_visible()
    assert violations(page) == []
    page.close()


def test_a_sheet_prints_without_the_menus(screen: Screen) -> None:
    page = screen.open(f"{PROJECTS}P001/")
    page.emulate_media(media="print")
    expect(page.locator(".rb-contents")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    page.emulate_media(media="screen")


def test_a_firm_answers_and_replies_from_its_telephone(chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800}, locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()

    def whole() -> None:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.goto(f"{site}/connexion/")
    page.fill("[name=username]", "entreprise")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text("Mon espace")
    whole()
    page.get_by_role("link", name=re.compile("^Relire le compte rendu")).first.click()
    whole()
    page.fill("[name=correction]", "Il manque trois soudeurs.")
    page.get_by_role("button", name="Envoyer la correction").click()
    expect(page.get_by_text("en attente de la mission")).to_be_visible()
    page.get_by_role("link", name="Qui a consulté mon dossier").click()
    expect(page.get_by_text("Votre entreprise").first).to_be_visible()
    whole()
    page.goto(f"{site}/accord/un-lien-abime/")
    expect(page.locator("h1")).to_contain_text("n’est pas de Rebond")
    whole()
    context.close()
