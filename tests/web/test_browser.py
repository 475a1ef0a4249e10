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
AXE = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}

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
    expect(page.locator("h1")).to_have_text("Chaumont-Langres")
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
    page.goto(f"{site}/connexion/")
    assert violations(page) == []
    page.fill("[name=username]", "pilote")
    page.fill("[name=password]", "faux")
    page.click("main button[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("La connexion a échoué")
    assert violations(page) == []
    page.close()


def test_unfolded_parts_are_accessible(screen: Screen) -> None:
    page = screen.open(f"{PROJECTS}P001/")
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= screen.width


def test_criteria_open_in_place(screen: Screen) -> None:
    page = screen.open(f"{PROJECTS}P001/")
    page.locator(".rb-verdicts > li").first.get_by_role("link", name=re.compile("^Critères")).click()
    expect(page.locator(".rb-criteria").first).to_be_visible()
    assert page.url.endswith(f"{PROJECTS}P001/")
    assert screen.faults == []


def test_a_filter_changes_the_list_and_the_address(screen: Screen) -> None:
    page = screen.open(PROJECTS)
    page.select_option("[name=connu]", "non")
    expect(page.locator(".rb-chip").first).to_contain_text("Inconnu des partenaires")
    assert "connu=non" in page.url
    assert screen.faults == []


def test_filters_work_without_javascript(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
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
