"""A mission from nothing, as one person lives it: an instance, facts typed, a study, a workbook out and in."""

import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.web.site import clean_environment
from tests.web.test_browser import CHROMIUM

PASSWORD = "fonderie-du-bassin-52"
PATIENCE = 15_000
REBOND = (sys.executable, "-c", "from rebond.cli import main; main()")
M = "/missions/essai"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which(CHROMIUM or "") is None, reason="Chromium absent : apt-get install chromium"),
]


def rebond(*arguments: str) -> None:
    """The command as one types it."""
    environment = clean_environment() | {"REBOND_ADMIN_PASSWORD": PASSWORD}
    done = subprocess.run([*REBOND, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@contextmanager
def serving(instance: Path) -> Iterator[str]:
    """The site of the instance with its worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*REBOND, "serve", str(instance), "--port", str(port)]
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, env=clean_environment(), stdout=nowhere, stderr=nowhere)
    try:
        for _ in range(600):
            assert process.poll() is None, "le site s'est arrêté au démarrage"
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def type_in(page: Page, name: str, text: str) -> None:
    """Into the control of that name, by the keyboard."""
    page.locator(f"[name='{name}']").focus()
    page.keyboard.type(text)


def press(page: Page, button: str) -> None:
    """Enter on a button."""
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")


def studied(database: Path) -> int:
    """The study of the facts as they are, once the worker made it; its key in the database."""
    for _ in range(600):
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as base:
            row = base.execute(
                "select s.id from studies_study s join missions_mission m on m.id = s.mission_id"
                " where s.is_current and s.facts_state = m.facts_state"
            ).fetchone()
        if row:
            return int(row[0])
        time.sleep(0.1)
    raise AssertionError("l'étude n'arrive pas")


def create_mission(page: Page) -> None:
    """Sign in and make the mission."""
    page.goto("/connexion/")
    type_in(page, "username", "claire")
    type_in(page, "password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/missions/"))

    page.goto("/missions/nouvelle/")
    type_in(page, "name", "Mission d’essai")
    type_in(page, "territory", "le bassin de Chaumont")
    type_in(page, "epcis", "200068500")
    page.locator("[name=committee_on]").fill("2026-12-15")
    type_in(page, "slug", "essai")
    press(page, "Créer la mission")
    page.wait_for_url(re.compile(M))


def enter_facts(page: Page) -> None:
    """Two firms, an interview with two projects, a project with its cost line."""
    for firm in ("Fonderie du clavier", "Décolletage du soir"):
        page.goto(f"{M}/entreprises/nouvelle/")
        page.get_by_label("Raison sociale").focus()
        page.keyboard.type(firm)
        page.get_by_label(re.compile("^Commune")).focus()
        page.keyboard.type("Chaumont (52)")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(firm)
    page.goto(f"{M}/entretiens/nouveau/?entreprise=E001")
    page.get_by_label(re.compile("^Date")).fill("14/09/2026")
    type_in(page, "projets.0.intitule", "Four à induction")
    page.get_by_role("button", name="+ Projet").click()
    type_in(page, "projets.1.intitule", "Récupération de chaleur")
    press(page, "Terminer l’entretien")
    expect(page.locator("h1")).to_have_text("Avant de partir")
    page.goto(f"{M}/projets/nouveau/?entreprise=E002")
    type_in(page, "projets.0.intitule", "Tour à commande numérique")
    for place, text in (("intitule", "Tour"), ("annee", "2027")):
        type_in(page, f"depenses.0.{place}", text)
    page.locator("[name='depenses.0.nature']").select_option("materiel")
    type_in(page, "depenses.0.montant", "180 000")
    press(page, "Enregistrer")
    expect(page.locator("h1")).to_have_text("Tour à commande numérique")


def test_a_mission_typed_on_an_empty_instance_gives_the_figures_of_its_workbook(tmp_path: Path) -> None:
    instance, workbook = tmp_path / "instance", tmp_path / "essai.xlsx"
    rebond("init", str(instance), "--compte", "claire", "--courriel", "claire@exemple.fr", "--organisation", "Essai")
    with serving(instance) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR", base_url=url).new_page()
        page.set_default_timeout(PATIENCE)
        create_mission(page)
        enter_facts(page)
        study = studied(instance / "rebond.sqlite3")
        page.goto(f"{M}/projets/P003/plan/")
        expect(page.get_by_role("main")).to_contain_text(re.compile(r"180\s000\s€"))
        page.goto(f"{M}/echanges/")
        with page.expect_download() as asked:
            press(page, "Exporter le classeur (.xlsx)")
        asked.value.save_as(workbook)
        page.goto(f"{M}/echanges/")
        page.set_input_files("[name=classeur]", workbook)
        press(page, "Voir ce qui changerait")
        expect(page.get_by_role("main")).to_contain_text("Ce classeur ne change rien")
        browser.close()
    with sqlite3.connect(instance / "rebond.sqlite3") as base:
        query = "select code, value from studies_indicator where study_id = ?"
        on_the_site = {code: float(value) for code, value in base.execute(query, (study,))}
    rebond("mission", "run", str(workbook), "--out", str(tmp_path / "joue"))
    result = json.loads((tmp_path / "joue" / "resultat.json").read_text(encoding="utf-8"))
    by_command = {row["code"]: float(row["value"]) for row in result["indicators"]}
    assert on_the_site
    assert by_command == on_the_site
