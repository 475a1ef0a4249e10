"""A mission from nothing, as one person lives it with the keyboard alone: facts typed and pasted, a study, a decision,
a document read, a workbook out and in.
"""

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
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect, sync_playwright

from tests.web.site import clean_environment, free_port
from tests.web.test_browser import CHROMIUM

PASSWORD = "fonderie-du-bassin-52"
PATIENCE = 60_000
REBOND = (sys.executable, "-c", "from rebond.cli import main; main()")
M = "/missions/essai"
PROJECT = "Tour à commande numérique"
COSTS = "Tour\tÉquipements de production\t2027\t150 000\nMise en service\tmateriel\t2027\t30 000\n"
"""Two rows of a spreadsheet: a nature as people read it, and by its code."""
MOST_TABS = 250
BEFORE = "([one, other]) => !!(document.querySelector(other).compareDocumentPosition(document.querySelector(one)) & 2)"
"""Whether an element of the page comes before another."""
LIST_OF_A_PARTNER = (
    "Société\tVille\tDossier\tBudget (k€)\nDécolletage du soir SARL\tChaumont\tModernisation de l’atelier\t180\n"
)
"""The price of the third project under another title: a person has to say."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
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
    port = free_port()
    command = [*REBOND, "serve", str(instance), "--port", str(port)]
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, env=clean_environment(), stdout=nowhere, stderr=nowhere)
    try:
        for _ in range(3_000):
            assert process.poll() is None, "le site s'est arrêté au démarrage"
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def tab_to(page: Page, where: str, *, backwards: bool = False) -> None:
    """The key Tab until the focus is there: what it never reaches is out of reach of a keyboard."""
    page.wait_for_selector(where, state="attached")
    for _ in range(MOST_TABS):
        if page.evaluate("where => document.activeElement?.matches(where)", where):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"{where} : hors d'atteinte par Tab sur {page.url}")


def go(page: Page, address: str) -> None:
    """An address typed, then the first link of the page: straight to its content."""
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def type_in(page: Page, name: str, text: str, *, replacing: bool = False) -> None:
    """Into the control of that name, which Tab reaches."""
    tab_to(page, f"[name='{name}']")
    if replacing:
        page.keyboard.press("Control+A")
    page.keyboard.type(text)


def type_date(page: Page, name: str, day: date) -> None:
    """As people write it, whatever the language of the browser."""
    tab_to(page, f"input[name='{name}']")
    page.keyboard.type(f"{day:%d/%m/%Y}")


def choose(page: Page, name: str, value: str) -> None:
    """An option of a list, by the arrows."""
    field = f"select[name='{name}']"
    tab_to(page, field)
    for _ in range(page.locator(f"{field} option").count()):
        if page.input_value(field) == value:
            return
        page.keyboard.press("ArrowDown")
    assert page.input_value(field) == value


def press(page: Page, button: str) -> None:
    """Tab to a button, then Enter."""
    page.get_by_role("button", name=button, exact=True).first.evaluate("button => button.dataset.histoire = 'ici'")
    tab_to(page, "[data-histoire=ici]")
    page.keyboard.press("Enter")


def paste(page: Page, text: str) -> None:
    """What a spreadsheet copied, by Ctrl+V."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def studied(database: Path) -> int:
    """The study of the facts as they are, once the worker made it; its key in the database."""
    for _ in range(3_000):
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
    """Sign in, make the mission, give it an envelope."""
    page.goto("/connexion/")
    type_in(page, "username", "claire")
    type_in(page, "password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/missions/"))

    go(page, "/missions/nouvelle/")
    type_in(page, "name", "Mission d’essai")
    type_in(page, "territory", "le bassin de Chaumont")
    type_in(page, "epcis", "200068500")
    type_date(page, "committee_on", date(2026, 12, 15))
    type_in(page, "slug", "essai")
    press(page, "Créer la mission")
    page.wait_for_url(re.compile(M))

    go(page, f"{M}/reglages/")
    type_in(page, "enveloppe.0.contributeur", "État (France 2030)")
    type_in(page, "enveloppe.0.montant", "100 000")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".fr-alert--success")).to_contain_text("Enregistré")


def enter_facts(page: Page) -> None:
    """Two firms, an interview with two projects, a project whose costs come from a spreadsheet."""
    for firm in ("Fonderie du clavier", "Décolletage du soir"):
        go(page, f"{M}/entreprises/nouvelle/")
        type_in(page, "entreprises.0.nom", firm)
        type_in(page, "entreprises.0.commune", "Chaumont (52)")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(firm)
    go(page, f"{M}/entretiens/nouveau/?entreprise=E001")
    type_in(page, "entretiens.0.date", "14/09/2026")
    type_in(page, "entretiens.0.rappel_le", "17/09/2026")
    type_in(page, "projets.0.intitule", "Four à induction")
    press(page, "+ Projet")
    page.wait_for_selector("[name='projets.1.intitule']")
    type_in(page, "projets.1.intitule", "Récupération de chaleur")
    press(page, "Terminer l’entretien")
    expect(page.locator("h1")).to_have_text("Avant de partir")
    go(page, f"{M}/projets/nouveau/?entreprise=E002")
    type_in(page, "projets.0.intitule", PROJECT)
    tab_to(page, "[name='depenses.0.intitule']")
    paste(page, COSTS)
    expect(page.locator("[name='depenses.1.montant']")).to_have_value("30 000")
    expect(page.locator("[name='depenses.0.nature']")).to_have_value("materiel")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text(PROJECT)


def correct_in_place(page: Page) -> None:
    """« e » on a fact of the sheet opens it there; Enter saves it, and the focus comes back to it."""
    go(page, f"{M}/projets/P003/faits/")
    tab_to(page, "#champ-debut [data-rb-open]")
    page.keyboard.press("e")
    expect(page.locator("[name='projets.0.debut']")).to_be_focused()
    page.keyboard.type("15/01/2027")
    page.keyboard.press("Enter")
    expect(page.locator("#champ-debut dd")).to_contain_text("15 janvier 2027")
    expect(page.locator("#champ-debut [data-rb-open]")).to_be_focused()
    page.keyboard.press("e")
    expect(page.locator("[name='projets.0.debut']")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#champ-debut [data-rb-open]")).to_be_focused()


def paste_a_list(page: Page) -> None:
    """A partner's lines from a spreadsheet: columns read, then shown, then applied."""
    go(page, f"{M}/listes/")
    choose(page, "partner", "region-grand-est")
    type_date(page, "dated", date(2026, 10, 1))
    tab_to(page, "[name=text]")
    paste(page, LIST_OF_A_PARTNER)
    press(page, "Lire les colonnes")
    expect(page.locator("h1")).to_contain_text("Quelle colonne est quoi")
    press(page, "Confirmer et voir ce qui changerait")
    expect(page.get_by_role("main")).to_contain_text("Nouvelles lignes")
    type_in(page, "motif", "reçue ce matin")
    press(page, "Appliquer la liste")
    expect(page.get_by_role("main")).to_contain_text("Dernières listes appliquées")


def decide_the_link(page: Page) -> None:
    """The only pair that the study asks about: the partner's line is the third project."""
    go(page, f"{M}/rapprochements/")
    expect(page.locator("h2#paire")).to_contain_text("Est-ce le même projet")
    expect(page.locator("[aria-labelledby=paire]")).to_contain_text("Fiche du projet P003")
    tab_to(page, "button[name=reponse][value=meme]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Tout est décidé")


def record_the_decision(page: Page) -> None:
    """What the committee gives the third project."""
    go(page, f"{M}/appel/seance/P003/")
    tab_to(page, "[name=decision]")
    for _ in range(8):
        if page.evaluate("document.activeElement.value === 'retenu' && document.activeElement.checked"):
            break
        page.keyboard.press("Space" if page.locator("[name=decision]:checked").count() == 0 else "ArrowDown")
    expect(page.locator("#decision-retenu")).to_be_checked()
    type_in(page, "montant", "45 000", replacing=True)
    type_in(page, "date", "15/12/2026", replacing=True)
    type_in(page, "par", "le comité de pilotage", replacing=True)
    tab_to(page, "[name=motif]", backwards=page.evaluate(BEFORE, ["[name=motif]", "[name=par]"]))
    page.keyboard.type("Bon pour l’atelier")
    press(page, "Enregistrer la décision")
    page.wait_for_url(re.compile(r"/seance/\?fait="))
    go(page, f"{M}/appel/seance/P003/")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"45\s000\s€"))
    expect(page.get_by_role("main")).to_contain_text("Bon pour l’atelier")


def see_a_plan(page: Page) -> None:
    """The costs pasted in the grid are in the plan."""
    go(page, f"{M}/projets/P003/")
    tab_to(page, f"a[href='{M}/projets/P003/plan/']", backwards=True)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/plan/"))
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"180\s000\s€"))


def download_a_document(page: Page, to: Path) -> None:
    """Asked for if the study did not prepare them, then taken."""
    go(page, f"{M}/documents/")
    if page.get_by_role("button", name="Préparer les documents").count():
        with page.expect_navigation():
            press(page, "Préparer les documents")
    link = "a[download][href$='projets.xlsx']"
    page.locator(link).first.wait_for(timeout=5 * PATIENCE)
    tab_to(page, link)
    with page.expect_download() as asked:
        page.keyboard.press("Enter")
    asked.value.save_as(to)
    cells = [cell for sheet in load_workbook(to).worksheets for row in sheet.values for cell in row]
    assert PROJECT in cells
    assert 180_000 in cells


def export_and_give_back(page: Page, workbook: Path) -> None:
    """The workbook that goes out changes nothing when it comes back."""
    go(page, f"{M}/echanges/")
    with page.expect_download() as asked:
        press(page, "Exporter le classeur (.xlsx)")
    asked.value.save_as(workbook)
    go(page, f"{M}/echanges/")
    tab_to(page, "[name=classeur]")
    # The dialogue that Enter would open is the browser's own, and one without a desktop may not open it.
    page.locator("[name=classeur]:focus").set_input_files(workbook)
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
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR", base_url=url)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        create_mission(page)
        enter_facts(page)
        correct_in_place(page)
        paste_a_list(page)
        studied(database)
        decide_the_link(page)
        record_the_decision(page)
        study = studied(database)
        see_a_plan(page)
        download_a_document(page, tmp_path / "projets.xlsx")
        export_and_give_back(page, workbook)
        browser.close()
    on_the_site = figures_of_site(database, study)
    assert {"P001", "P002", "P003", "projets_connus"} <= set(on_the_site)
    assert figures_of_command(workbook, tmp_path / "joue") == on_the_site
