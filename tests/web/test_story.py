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
PATIENCE = 60_000
REBOND = (sys.executable, "-c", "from rebond.cli import main; main()")
M = "/missions/essai"
LIST_OF_A_PARTNER = (
    "Société\tVille\tDossier\tBudget (k€)\nDécolletage du soir SARL\tChaumont\tModernisation de l’atelier\t180\n"
)
"""The price of the third project under another title: a person has to say."""

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


def paste_a_list(page: Page) -> None:
    """A partner's lines from a spreadsheet: columns read, then shown, then applied."""
    page.goto(f"{M}/listes/")
    page.locator("[name=partner]").select_option("region-grand-est")
    page.locator("[name=dated]").fill("2026-10-01")
    page.locator("[name=text]").fill(LIST_OF_A_PARTNER)
    press(page, "Lire les colonnes")
    expect(page.locator("h1")).to_contain_text("Quelle colonne est quoi")
    press(page, "Confirmer et voir ce qui changerait")
    expect(page.get_by_role("main")).to_contain_text("Nouvelles lignes")
    type_in(page, "motif", "reçue ce matin")
    press(page, "Appliquer la liste")
    expect(page.get_by_role("main")).to_contain_text("Dernières listes appliquées")


def decide_the_link(page: Page) -> None:
    """The only pair that the study asks about: the partner's line is the third project."""
    page.goto(f"{M}/rapprochements/")
    expect(page.locator("h2#paire")).to_contain_text("Est-ce le même projet")
    expect(page.locator("[aria-labelledby=paire]")).to_contain_text("Fiche du projet P003")
    page.locator("button[name=reponse][value=meme]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Tout est décidé")


def record_the_decision(page: Page) -> None:
    """What the committee said of the third project."""
    page.goto(f"{M}/appel/seance/P003/")
    page.locator("#decision-reporte").check(force=True)
    page.locator("[name=date]").fill("15/12/2026")
    page.locator("[name=par]").fill("le comité de pilotage")
    type_in(page, "motif", "Devis attendu")
    press(page, "Enregistrer la décision")
    page.wait_for_url(re.compile(r"/seance/\?fait="))
    page.goto(f"{M}/appel/seance/P003/")
    expect(page.get_by_role("main")).to_contain_text(re.compile("Report.*Devis attendu"))


def see_a_plan(page: Page) -> None:
    """The cost typed in the grid is in the plan."""
    page.goto(f"{M}/projets/P003/plan/")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"180\s000\s€"))


def download_a_document(page: Page, to: Path) -> None:
    """Asked for if the study did not prepare them, then taken."""
    page.goto(f"{M}/documents/")
    asking = page.get_by_role("button", name="Préparer les documents")
    if asking.count():
        asking.press("Enter")
        page.goto(f"{M}/documents/")
    link = page.locator("a[download]").first
    link.wait_for(timeout=2 * PATIENCE)
    with page.expect_download() as asked:
        link.press("Enter")
    asked.value.save_as(to)
    assert to.stat().st_size > 0


def export_and_give_back(page: Page, workbook: Path) -> None:
    """The workbook that goes out changes nothing when it comes back."""
    page.goto(f"{M}/echanges/")
    with page.expect_download() as asked:
        press(page, "Exporter le classeur (.xlsx)")
    asked.value.save_as(workbook)
    page.goto(f"{M}/echanges/")
    page.set_input_files("[name=classeur]", workbook)
    press(page, "Voir ce qui changerait")
    expect(page.get_by_role("main")).to_contain_text("Ce classeur ne change rien")


def figures_of_site(database: Path, study: int) -> dict[str, object]:
    """What the study published: indicators, then per project what its plan comes to."""
    indicators = "select code, value, text from studies_indicator where study_id = ?"
    plans = (
        "select p.ref, f.cost, f.need, f.support, f.gap, f.known from studies_projectfinding f"
        " join projects_project p on p.id = f.project_id where f.study_id = ?"
    )
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as base:
        told: dict[str, object] = {
            code: (float(value), text) for code, value, text in base.execute(indicators, (study,))
        }
        return told | {ref: tuple(values) for ref, *values in base.execute(plans, (study,))}


def figures_of_command(workbook: Path, out: Path) -> dict[str, object]:
    """The same from the workbook alone."""
    rebond("mission", "run", str(workbook), "--out", str(out))
    result = json.loads((out / "resultat.json").read_text(encoding="utf-8"))
    told: dict[str, object] = {
        code: (float(row["valeur"]), row["texte"]) for code, row in result["indicateurs"].items()
    }
    return told | {
        row["id"]: (row["cout"], row["besoin"], row["plan"]["soutien"], row["plan"]["reste"], row["connu"]["statut"])
        for row in result["projets"]
    }


def test_a_mission_typed_on_an_empty_instance_gives_the_figures_of_its_workbook(tmp_path: Path) -> None:
    instance, workbook = tmp_path / "instance", tmp_path / "essai.xlsx"
    database = instance / "rebond.sqlite3"
    rebond("init", str(instance), "--compte", "claire", "--courriel", "claire@exemple.fr", "--organisation", "Essai")
    with serving(instance) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR", base_url=url).new_page()
        page.set_default_timeout(PATIENCE)
        create_mission(page)
        enter_facts(page)
        paste_a_list(page)
        studied(database)
        decide_the_link(page)
        record_the_decision(page)
        study = studied(database)
        see_a_plan(page)
        download_a_document(page, tmp_path / "document")
        export_and_give_back(page, workbook)
        browser.close()
    on_the_site = figures_of_site(database, study)
    assert {"P001", "P002", "P003", "projets_connus"} <= set(on_the_site)
    assert figures_of_command(workbook, tmp_path / "joue") == on_the_site
