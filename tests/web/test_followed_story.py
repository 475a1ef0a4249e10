"""Projects followed to their end: sent, answered by the link of a letter, granted for less, refused, ripened."""

import re
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rebond.results import MissionResult
from rebond.web.accounts.demo import DEMO_PASSWORD
from tests.web.addresses import MISSION
from tests.web.answering.smtp import Letters, letter_server
from tests.web.site import prepare, served
from tests.web.test_browser import CHROMIUM, PATIENCE, pytestmark

__all__ = ["pytestmark"]  # those of every browser test

M = f"/missions/{MISSION}"
PROJECT, DEPARTMENT = "P026", "gip-haute-marne"
"""A wasteland to bring back, planned under the de minimis account of its firm: a grant counts there."""
REGION = "region-grand-est"
YOUNG = "P041"
"""Not ripe, with an adviser proposed."""
OFFICERS = {DEPARTMENT: "charge@gip.test", REGION: "charge@region.test"}
MISSING, GIVEN = "le devis de dépollution", "Le devis est arrivé, 118 000 € hors taxes."
EVIDENCE = (
    "définition : cahier des charges ; chiffrage : deux devis ; financement : banque sollicitée ;"
    " foncier : sans objet ; calendrier : dix mois"
)
SPENT = "l’enveloppe de l’année est épuisée"


def told(home: Path, question: str) -> list[tuple[Any, ...]]:
    """What the site's database holds."""
    with sqlite3.connect(f"file:{home / 'rebond.sqlite3'}?mode=ro", uri=True) as base:
        return base.execute(question).fetchall()


def studied(home: Path) -> None:
    """Once the worker has studied the facts as they are."""
    same = (
        "select 1 from studies_study s join missions_mission m on m.id = s.mission_id"
        " where s.is_current and s.facts_state = m.facts_state"
    )
    for _ in range(1_200):
        if told(home, same):
            return
        time.sleep(0.2)
    raise AssertionError("l’étude n’arrive pas")


def signed_in(browser: Browser, site: str) -> Page:
    """The pilot, on a wide screen."""
    page = browser.new_page(base_url=site, viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page.set_default_timeout(PATIENCE)
    page.goto("/connexion/")
    page.fill("[name=username]", "pilote")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text("Aujourd’hui")
    return page


def read(page: Page, address: str) -> str:
    """What a page says, its spaces all alike."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.ok, f"{address} : {answer.status}"
    return " ".join(page.get_by_role("main").inner_text().split())


def first_committee(pilot: Page) -> None:
    """Decides as the study proposes, then freezes: what follows is « depuis le dernier comité »."""
    pilot.goto(f"{M}/comite/")
    form = pilot.locator("form#choix")
    pilot.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    form.locator("[name=date]").fill("05/10/2026")
    form.locator("[name=par]").fill("le comité de pilotage")
    form.locator("[name=autres]").select_option("reserve")
    form.locator("[name=motif]").fill("conforme à la proposition")
    form.get_by_role("button", name="Enregistrer les décisions").click()
    pilot.goto(f"{M}/comite/geler/")
    pilot.get_by_role("button", name="Geler la séance").click()
    pilot.wait_for_url(re.compile("/seances/1/"))


def send(pilot: Page, project: str, organisation: str) -> None:
    """One project to one organisation, at an address without an account."""
    pilot.goto(f"{M}/orientations/envoyer/?projet={project}")
    pilot.evaluate(
        "kept => document.querySelectorAll('[name=ligne]').forEach(box => { box.checked = box.value === kept })",
        f"{project}|{organisation}",
    )
    pilot.fill(f"[name=adresses-{organisation}]", OFFICERS[organisation])
    pilot.get_by_role("button", name="Envoyer", exact=True).click()
    expect(pilot.locator("body")).to_contain_text("1 projet envoyé")


def link_of(letters: Letters, organisation: str, rank: int) -> str:
    """The one link of the letter of that rank."""
    text = str(letters.next_to(OFFICERS[organisation], after=rank).get_content())
    (found,) = re.findall(r"https?://\S+/reponse/\S+", text)
    return str(found)


def scanned(link: str) -> None:
    """As a mail server opens what it is going to deliver."""
    for method in ("HEAD", "GET", "GET"):
        with urlopen(Request(link, method=method)) as opened:
            assert opened.status == 200


def answers(phone: Page, link: str, choice: str, words: str, *outcomes: tuple[str, str]) -> str:
    """What the organisation says from a telephone; ``outcomes``: decision and amount, dispositif by dispositif."""
    phone.goto(link)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("radio", name=choice).check(force=True)
    for rank, (issue, amount) in enumerate(outcomes):
        phone.locator(f"[name=issue_{rank}][value={issue}]").check(force=True)
        if amount:
            phone.locator(f"[name=accorde_{rank}]").fill(amount)
    phone.get_by_label("Précisions").fill(words)
    phone.get_by_label("Vos nom et prénom").fill("Anne Martin")
    phone.get_by_role("button", name="Confirmer").click()
    expect(phone.locator("h1")).to_have_text("Votre réponse est enregistrée")
    return " ".join(phone.get_by_role("main").inner_text().split())


def notes(pilot: Page, referral: str, state: str, why: str = "") -> None:
    """A step that the pilot notes on the page of what was sent."""
    pilot.goto(f"{M}/orientations/envoyees/{referral}/")
    pilot.locator(f"[name=etat][value={state}]").check(force=True)
    pilot.fill("#motif", why)
    pilot.get_by_role("button", name="Noter l’étape").click()
    expect(pilot.locator("body")).to_contain_text("Noté")


def granted_for_less(pilot: Page, phone: Page, letters: Letters, home: Path) -> None:
    """Sent, a question, its answer, then 60 000 € of 90 000: plan and de minimis account follow."""
    send(pilot, PROJECT, DEPARTMENT)
    first = link_of(letters, DEPARTMENT, 0)
    scanned(first)
    assert told(home, "select * from referrals_referralstep") == []
    answers(phone, first, "Il me manque", MISSING)
    assert f"elle demande : {MISSING}" in read(pilot, f"{M}/")
    notes(pilot, "O001", "envoyee", GIVEN)
    assert f"elle demande : {MISSING}" not in read(pilot, f"{M}/")
    assert GIVEN in " ".join(str(letters.next_to(OFFICERS[DEPARTMENT], after=2).get_content()).split())
    phone.goto(first)
    expect(phone.locator("h1")).to_contain_text("Ce lien")
    said = answers(phone, link_of(letters, DEPARTMENT, 2), "Accordé ou refusé", "", ("accorde", "60 000"))
    assert "Accordée (Requalification de friches) : 60 000 €" in said
    studied(home)
    plan = read(pilot, f"{M}/projets/{PROJECT}/plan/")
    assert re.search("Besoin 30 000 €.*Requalification de friches Subvention 60 000 €.*Obtenu", plan)
    assert "Requalification de friches accordée pendant la mission GIP Haute-Marne" in read(pilot, firm_of(home))
    assert "Il reste 240 000 € sur 300 000 € : 60 000 € ont été accordés" in read(pilot, firm_of(home))


def firm_of(home: Path) -> str:
    """The page of the firm whose project is followed."""
    which = f"select f.ref from projects_project p join firms_firm f on f.id = p.firm_id where p.ref = '{PROJECT}'"
    ((ref,),) = told(home, which)
    return f"{M}/entreprises/{ref}/"


def refused_elsewhere(pilot: Page, phone: Page, letters: Letters, home: Path) -> None:
    """The region, to which the rest was oriented, says no: the plan does without, and says so."""
    assert "Région Grand Est Orienté vers des financeurs" in read(pilot, f"{M}/projets/{PROJECT}/suivi/")
    send(pilot, PROJECT, REGION)
    link = link_of(letters, REGION, 0)
    scanned(link)
    answers(phone, link, "Accordé ou refusé", SPENT, ("refuse", ""))
    studied(home)
    plan = read(pilot, f"{M}/projets/{PROJECT}/plan/")
    assert re.search(rf"Refusée par Région Grand Est le .*? : {SPENT}.*Ce que le refus change", plan)
    assert re.search(r"Aide, en équivalent-subvention 24 000 € 0 €", plan)
    follow_up = read(pilot, f"{M}/projets/{PROJECT}/suivi/")
    assert "Région Grand Est Refusée" in follow_up
    assert "Bpifrance Orienté vers des financeurs proposée, pas envoyée" in follow_up


def ripens(pilot: Page, home: Path) -> None:
    """Given to an adviser, met, then its evidence: the next study sends it to funders, and the pilot is told."""
    pilot.goto(f"{M}/conseil/projets/{YOUNG}/ouvrir/")
    pilot.select_option("#conseil", "grand-enov")
    pilot.fill("#point_le", "15/01/2027")
    pilot.get_by_role("button", name="Confier le projet").click()
    pilot.wait_for_url(re.compile("/conseil/C"))
    pilot.fill("#date", f"{timezone.localdate():%d/%m/%Y}")
    pilot.fill("#presents", "Mme Roy")
    pilot.fill("#convenu", "Cahier des charges relu, deux devis demandés.")
    pilot.get_by_role("button", name="Noter le rendez-vous").click()
    expect(pilot.locator("[aria-labelledby=titre-rendez-vous]")).to_contain_text("deux devis demandés")
    pilot.get_by_role("link", name="Saisir la preuve").first.click()
    for criterion in ("definition", "chiffrage", "financement"):
        pilot.fill(f"[name='projets.0.maturite_{criterion}']", "2")
    pilot.fill("[name='projets.0.preuve_maturite']", EVIDENCE)
    pilot.keyboard.press("Control+Enter")
    pilot.wait_for_url(re.compile(f"/projets/{YOUNG}/$"))
    studied(home)
    title = "Détection des dérives d’injection par apprentissage"
    assert f"Clore : {title} mûr : revient au financement" in read(pilot, f"{M}/")
    assert "Région Grand Est Orienté vers des financeurs" in read(pilot, f"{M}/projets/{YOUNG}/suivi/")
    pilot.goto(f"{M}/conseil/")
    pilot.get_by_role("button", name="J’ai lu").click()
    pilot.get_by_role("link", name=title).first.click()
    pilot.get_by_role("button", name="Clore comme mûri").click()
    expect(pilot.get_by_role("button", name="Clore comme mûri")).to_have_count(0)
    assert title not in read(pilot, f"{M}/")


def next_committee(pilot: Page) -> None:
    """A sitting planned: its page and « depuis » tell what was answered since the one before."""
    pilot.goto(f"{M}/comite/seances/")
    pilot.fill("#tenue_le", "15/01/2027")
    pilot.get_by_role("button", name="Prévoir la séance").click()
    pilot.wait_for_url(re.compile("/prevues/"))
    answered = "Orientations accordée : 1 envoyée : 2 envoyée de nouveau : 1 précisions demandées : 1 refusée : 1"
    assert answered in read(pilot, pilot.url)
    since = read(pilot, f"{M}/comite/depuis/")
    assert answered in since
    assert "obtenu des financeurs 0 € → 60 000 €" in since


def closes(pilot: Page) -> None:
    """Nothing more is awaited of either: the letters' links and the tasks end with them."""
    for referral in ("O001", "O002"):
        notes(pilot, referral, "close")
    board = read(pilot, f"{M}/orientations/envoyees/")
    assert board.count("Close") >= 2
    assert "Construction d’un atelier d’intégration" not in read(pilot, f"{M}/").partition("Les réponses")[0]
    assert "accordé : 60 000 €" in read(pilot, f"{M}/projets/{PROJECT}/suivi/")


@pytest.mark.slow
def test_projects_are_followed_from_the_letter_to_the_committee(sample_result: MissionResult, tmp_path: Path) -> None:
    home = tmp_path / "suivi"
    prepare(sample_result, home, {})
    with (
        letter_server() as letters,
        served(home, {"REBOND_EMAIL": letters.address}) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        pilot = signed_in(browser, site)
        phone = browser.new_page(viewport={"width": 390, "height": 740}, locale="fr-FR")
        phone.set_default_timeout(PATIENCE)
        first_committee(pilot)
        granted_for_less(pilot, phone, letters, home)
        refused_elsewhere(pilot, phone, letters, home)
        ripens(pilot, home)
        next_committee(pilot)
        closes(pilot)
        gone = phone.goto(link_of(letters, DEPARTMENT, 3))
        assert gone is not None
        assert gone.status == 410
        browser.close()
