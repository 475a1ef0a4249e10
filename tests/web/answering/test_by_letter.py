"""A referral answered from a real letter, on a telephone: what a scanner opens does nothing."""

import re
import sqlite3
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect, sync_playwright

from rebond.referrals.answers import Choice
from rebond.results import MissionResult
from tests.web.answering.smtp import Letters, letter_server
from tests.web.site import prepare, run_python, served
from tests.web.test_browser import CHROMIUM, PATIENCE, pytestmark, violations

__all__ = ["pytestmark"]  # those of every browser test

OFFICER = "charge@bpifrance.test"
SEND = """
import os, sys
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from rebond.web.accounts.models import User
from rebond.web.answering.letters import letter_after
from rebond.web.answering.links import link_to
from rebond.web.answering.told import Told
from rebond.web.disclosure.models import Shared
from rebond.web.journal.writing import author_of
from rebond.web.mail import send
from rebond.web.missions.models import Mission
from rebond.web.referrals.gestures import Sending, send as send_referrals
from rebond.web.referrals.models import SentReferral
mission, pilot, today = Mission.objects.get(), User.objects.get(username="pilote"), timezone.localdate()
project = Shared.objects.filter(organisation__code="bpifrance").order_by("project__ref")[0].project
sending = Sending(project=project.ref, organisation="bpifrance", answer_by=today + timedelta(days=15),
                  dispositifs=("bpifrance/pret-vert-ademe",), asked=200_000)
made = send_referrals(mission, [sending], by=author_of(pilot), on=today)
row = SentReferral.objects.get(ref=made.referrals[0].id)
to, site = sys.argv[1:]
assert send(letter_after(Told(row), to=to, link=link_to(row, to), absolute=lambda path: site + path))
"""
STEPS = "select state, reason, granted, by from referrals_referralstep order by number"
JOURNAL = "select by_name, reason from journal_entry where kind = 'suite_orientation' order by position"


def links_in(letters: Letters, rank: int) -> list[str]:
    """Every link that the letter bears."""
    return re.findall(r"https?://\S+", str(letters.next_to(OFFICER, after=rank).get_content()))


def told(home: Path, question: str) -> list[tuple[object, ...]]:
    """What the site's database holds."""
    with sqlite3.connect(home / "rebond.sqlite3") as base:
        return base.execute(question).fetchall()


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


def test_a_letter_is_answered_twice_on_a_telephone_and_its_scanner_never(
    sample_result: MissionResult, tmp_path_factory: object
) -> None:
    home = tmp_path_factory.mktemp("reponse")  # type: ignore[attr-defined]
    prepare(sample_result, home, {})
    with letter_server() as letters:
        by_mail = {"REBOND_EMAIL": letters.address}
        with served(home, by_mail) as site, sync_playwright() as playwright:
            own = {"DJANGO_SETTINGS_MODULE": "rebond.web.settings", "REBOND_DATA_DIR": str(home), **by_mail}
            run_python(SEND, OFFICER, site, environment=own)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
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

            [link] = links_in(letters, 1)
            faults.clear()
            page.goto(link)
            expect(page.get_by_role("main")).to_contain_text("le bilan 2025")
            confirms(page, "Accordé ou refusé", amount="150 000")
            assert faults == []
            assert not links_in(letters, 2)
            browser.close()
    signed = "Anne Martin, Bpifrance"
    assert told(home, STEPS) == [("precisions", "le bilan 2025", None, signed), ("accordee", "", 150_000, signed)]
    said = [f"{by} {why}" for by, why in told(home, JOURNAL)]
    assert len(said) == 2
    assert all("Anne Martin" in each and OFFICER in each for each in said)
