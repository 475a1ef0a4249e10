"""A referral answered from a real letter, on a telephone: what a scanner opens does nothing."""

import re
import sqlite3
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from rebond.referrals.answers import Choice
from rebond.results import MissionResult
from rebond.web.accounts.demo import DEMO_PASSWORD
from tests.web.addresses import MISSION
from tests.web.answering.smtp import Letters, letter_server
from tests.web.site import prepare, served
from tests.web.test_browser import CHROMIUM, PATIENCE, pytestmark, violations

__all__ = ["pytestmark"]  # those of every browser test

OFFICER = "charge@bpifrance.test"
SENDING = f"/missions/{MISSION}/orientations/envoyer/?organisation=bpifrance"
STEPS = "select state, reason, granted, by from referrals_referralstep order by number"
JOURNAL = "select by_name, reason from journal_entry where kind = 'suite_orientation' order by position"


def links_in(letters: Letters, rank: int) -> list[str]:
    """Every link that the letter bears."""
    return re.findall(r"https?://\S+", str(letters.next_to(OFFICER, after=rank).get_content()))


def told(home: Path, question: str) -> list[tuple[Any, ...]]:
    """What the site's database holds."""
    with sqlite3.connect(home / "rebond.sqlite3") as base:
        return base.execute(question).fetchall()


def pilot_sends(page: Page) -> None:
    """The last project that the study proposes for Bpifrance, to an address without an account."""
    page.goto("/connexion/")
    page.fill("[name=username]", "pilote")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text("Aujourd’hui")
    page.goto(SENDING)
    page.evaluate("[...document.querySelectorAll('[name=ligne]')].slice(0, -1).forEach(box => { box.checked = false })")
    page.fill("[name=adresses-bpifrance]", OFFICER)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator("body")).to_contain_text("1 projet envoyé")


def confirms(page: Page, choice: str, words: str = "", amount: str = "") -> None:
    """The choice by keyboard alone, its amount and words, a name; then « Confirmer »."""
    radio = page.get_by_role("radio", name=choice)
    page.get_by_role("radio").first.press("Space")
    for _ in Choice:
        if not radio.is_checked():
            page.keyboard.press("ArrowDown")
    if amount:
        radio.press("Tab")
        page.keyboard.press("Space")
        page.get_by_role("textbox", name="Montant accordé").fill(amount)
    page.get_by_label("Précisions").fill(words)
    page.get_by_label("Vos nom et prénom").fill("Anne Martin")
    page.get_by_role("button", name="Confirmer").press("Enter")
    expect(page.locator("h1")).to_have_text("Votre réponse est enregistrée")


@pytest.mark.slow
def test_a_letter_is_answered_twice_on_a_telephone_and_its_scanner_never(
    sample_result: MissionResult, tmp_path: Path
) -> None:
    home = tmp_path / "reponse"
    prepare(sample_result, home, {})
    with (
        letter_server() as letters,
        served(home, {"REBOND_EMAIL": letters.address}) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        pilot = browser.new_page(base_url=site, viewport={"width": 1280, "height": 900}, locale="fr-FR")
        pilot.set_default_timeout(PATIENCE)
        pilot_sends(pilot)
        context = browser.new_context(viewport={"width": 390, "height": 740}, locale="fr-FR")
        context.set_default_timeout(PATIENCE)
        page, faults = context.new_page(), []
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith(site) else None)

        for method in ("HEAD", "GET"):
            for each in links_in(letters, 0):
                with urlopen(Request(each, method=method)) as opened:
                    assert opened.status == 200
        assert told(home, STEPS) == []

        [link] = links_in(letters, 0)
        page.goto(link)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("document.documentElement.scrollHeight") <= 2 * 740
        confirms(page, "Il me manque", "le bilan 2025")
        assert violations(page) == []
        answer = page.goto(link)
        assert answer is not None
        assert answer.status == 410
        assert violations(page) == []

        [link] = links_in(letters, 1)
        faults.clear()
        page.goto(link)
        expect(page.get_by_role("main")).to_contain_text("le bilan 2025")
        confirms(page, "Accordé ou refusé", amount="1 000")
        assert faults == []
        assert len(links_in(letters, 2)) == 1, "what is paid is said by another link"
        pilot.reload()
        expect(pilot.locator("body")).to_contain_text("Accordée")
        browser.close()
    [(planned,)] = told(home, "select asked from referrals_sentreferral")
    assert planned > 1_000, "which project leaves last follows the code names of the instance"
    signed = "Anne Martin, Bpifrance"
    assert told(home, STEPS) == [("precisions", "le bilan 2025", None, signed), ("accordee", "", 1_000, signed)]
    said = [f"{by} {why}" for by, why in told(home, JOURNAL)]
    assert len(said) == 2
    assert all("Anne Martin" in each and OFFICER in each for each in said)
