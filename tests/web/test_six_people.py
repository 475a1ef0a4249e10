"""Six people in turn in one mission, in a real browser: what each is shown, and what each is not, as it changes.

The pilot invites the five others and asks a firm for its consent by a link; letters are read in its folder.
"""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from rebond.results import MissionResult
from rebond.web.accounts.demo import DEMO_PASSWORD
from tests.web.people_at_work import CONTACT, FIRM, PROJECT, SPACE, M, Person, Story, plain, someone
from tests.web.site import prepare, served
from tests.web.test_browser import CHROMIUM, pytestmark

__all__ = ["pytestmark"]  # those of every browser test

PASSWORD = "fonderie-du-bassin-52"
FIRM_ADDRESS = "direction@entreprise.test"
INVITED: dict[str, tuple[str, dict[str, str]]] = {
    "consultant": ("consultant", {}),
    "partenaire": ("partenaire", {"organisation": "catalogue:ademe"}),
    "comite": ("copil", {}),
    "entreprise": ("entreprise", {"firm": FIRM}),
    "observateur": ("observateur", {}),
}
"""By the name of their address: the role, and for whom."""
CORRECTION = "Nous sommes quatre-vingts, et non soixante."


def joins(person: Person, link: str, first_name: str, last_name: str) -> None:
    """By the link of the letter, with a new account; the link serves once."""
    person.goes(link)
    person.page.get_by_label("Prénom").fill(first_name)
    person.page.get_by_label("Nom", exact=True).fill(last_name)
    person.page.get_by_label("Mot de passe").fill(PASSWORD)
    person.presses("Créer le compte et rejoindre")
    expect(person.page.locator("body")).to_contain_text("Vous avez rejoint la mission")
    person.goes(link, 410)


def enters(person: Person, name: str, password: str) -> None:
    """By the page where one signs in."""
    person.page.goto("/connexion/")
    person.page.fill("[name=username]", name)
    person.page.fill("[name=password]", password)
    person.presses("Se connecter")


def pilot_invites(pilot: Person) -> None:
    """Five letters, with a link for each."""
    page = pilot.page
    for name, (role, more) in INVITED.items():
        page.goto(f"{M}/personnes/")
        page.fill("[name=email]", f"{name}@exemple.test")
        page.select_option("[name=role]", role)
        for control, value in more.items():
            page.select_option(f"[name={control}]", value)
        pilot.presses("Envoyer l’invitation")
        expect(page.locator("body")).to_contain_text(f"Invitation envoyée à {name}@exemple.test")
    pilot.goes(f"{M}/personnes/")


def pilot_shares(pilot: Person, story: Story, whom: str) -> None:
    """The project put at the disposal of someone."""
    pilot.goes(f"{M}/mises-a-disposition/")
    pilot.page.select_option("[name=p-projets]", label=story.title)
    pilot.page.select_option("[name=p-destinataire]", label=whom)
    pilot.presses("Mettre à disposition")


def pilot_asks(pilot: Person, story: Story) -> None:
    """The firm, by a link sent to it."""
    pilot.goes(f"{M}/mises-a-disposition/demandes/")
    pilot.page.select_option("[name=entreprise]", label=story.firm)
    pilot.page.select_option("[name=organisations]", label="ADEME")
    pilot.page.fill("[name=courriel]", FIRM_ADDRESS)
    pilot.presses("Faire la demande")
    expect(pilot.page.locator("body")).to_contain_text("En attente de réponse")


def pilot_publishes(pilot: Person) -> None:
    """An edition of the figures, seen before it is published."""
    pilot.goes(f"{M}/publication/")
    pilot.presses("Préparer une édition")
    pilot.presses("Publier cette édition")
    expect(pilot.page.locator("body")).to_contain_text("publiée")
    pilot.is_refused(SPACE, f"{SPACE}entreprise/{FIRM}/consultations/")


def partner_sees_a_code_name(partner: Person, story: Story) -> str:
    """Neither name, commune, title nor exact amount, on the pages and in the file; the address of the sheet."""
    words = partner.goes(SPACE)
    code = re.search(r"Projet [A-Z2-7]{8}", words)
    assert code is not None
    partner.every_link_opens()
    partner.page.get_by_role("link", name=code[0], exact=True).click()
    expect(partner.page.locator("h1")).to_have_text(code[0])
    sheet = partner.page.url
    for told in (words, partner.goes(sheet), partner.takes_away("csv")):
        story.is_hidden_in(told)
        assert code[0] in told
    partner.is_refused(f"{M}/projets/{PROJECT}/", f"{M}/projets/{PROJECT}/plan/document.xlsx", f"{M}/echanges/")
    return sheet


def firm_agrees(visitor: Person, story: Story) -> str:
    """By the link alone, without account, for ADEME, amounts included; the address that takes it back."""
    link = story.link_to(FIRM_ADDRESS, "votre accord")
    words = visitor.goes(link)
    assert story.title in words
    page = visitor.page
    expect(page.locator("input:checked")).to_have_count(0)
    page.locator("label[for=id_organisations_0]").click()
    page.get_by_text("Communiquer aussi les coûts exacts").click()
    page.get_by_label("Personne à joindre").fill(CONTACT)
    page.get_by_label("Vos nom et prénom").fill("Anne Martin")
    page.get_by_label("Votre fonction").fill("gérante")
    visitor.presses("Donner mon accord")
    expect(page.locator("body")).to_contain_text("Retirer mon accord")
    withdrawal = page.url
    assert story.link_to(FIRM_ADDRESS, "votre accord est noté") == withdrawal
    visitor.goes(link, 410)
    return withdrawal


def partner_sees_what_was_granted(partner: Person, story: Story, sheet: str) -> None:
    """The name, the amounts and whom to call, then the sheets in a file; nothing of the interview."""
    words = partner.goes(sheet)
    for told in (words, partner.takes_away("csv")):
        for each in (story.title, story.firm, story.commune, CONTACT):
            assert each in told
        assert story.minutes not in told
    assert f"{story.amounts[0]}€" in plain(words)
    partner.is_refused(f"{SPACE}entreprise/{FIRM}/consultations/")


def committee_follows(committee: Person, story: Story, sheet: str, *, presented: bool) -> None:
    """A range until the project is put before it, then its amounts; never who said what."""
    words = committee.goes(sheet)
    if presented:
        assert story.title in words
        assert f"{story.amounts[0]}€" in plain(words)
    else:
        story.is_hidden_in(words)
        assert "€" in words
    assert story.minutes not in words


def committee_sits(committee: Person, story: Story) -> None:
    """It reads the session, its candidates and what is proposed for each, and records nothing itself."""
    committee.goes(f"{M}/appel/seance/")
    committee.every_link_opens()
    committee.page.locator("summary", has_text="sans candidature").click()
    committee.page.get_by_role("link", name=story.title).click()
    expect(committee.page.locator("h1")).to_have_text(story.title)
    words = committee.goes(committee.page.url)
    assert story.minutes not in words
    assert committee.page.get_by_role("button", name="Enregistrer la décision").count() == 0
    committee.every_link_opens()
    committee.is_refused(f"{M}/projets/{PROJECT}/", f"{M}/entreprises/{FIRM}/", f"{M}/appel/notes/", f"{M}/journal/")


def firm_corrects(firm: Person, story: Story) -> None:
    """It says what is wrong in its minutes; nothing is changed yet."""
    words = firm.goes(SPACE)
    assert story.title in words
    firm.every_link_opens()
    firm.goes(f"{SPACE}entreprise/{FIRM}/comptes-rendus/{story.interview}/")
    firm.page.fill("[name=correction]", CORRECTION)
    firm.presses("Envoyer la correction")
    expect(firm.page.get_by_text("en attente de la mission")).to_be_visible()
    firm.is_refused(
        f"{SPACE}entreprise/E001/consultations/", f"{M}/entreprises/{FIRM}/", f"{M}/chiffres-publies/../publication/"
    )


def consultant_works(consultant: Person, story: Story) -> None:
    """A fact of the project changes, and the firm's words go in its minutes."""
    page = consultant.page
    consultant.goes(f"{M}/projets/{PROJECT}/modifier/")
    expect(page.get_by_text("Vu par").first).to_be_visible()
    page.fill("[name='projets.0.debut']", "15/01/2027")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text(story.title)
    assert CORRECTION in consultant.goes(f"{M}/entretiens/reponses/")
    consultant.presses("Ajouter au compte rendu")
    expect(page.locator("body")).to_contain_text("Aucune correction n’attend")
    consultant.is_refused(f"{M}/personnes/", f"{M}/mises-a-disposition/", f"{M}/consultations/", f"{M}/publication/")


def firm_approves_and_reads_who_read(firm: Person, story: Story) -> None:
    """The minutes bear its words; its file was read by the team, ADEME and the committee, nobody named."""
    words = firm.goes(f"{SPACE}entreprise/{FIRM}/comptes-rendus/{story.interview}/")
    assert CORRECTION in words
    firm.presses("Ce texte est juste")
    expect(firm.page.locator("body")).to_contain_text("Compte rendu approuvé")
    words = firm.goes(f"{SPACE}entreprise/{FIRM}/consultations/")
    for reader in (
        "ADEME",
        "Partenaire",
        "Comité de pilotage",
        "Organisation non renseignée",
        "Consultant",
        "Téléchargement",
    ):
        assert reader in words
    assert "Camille" not in words


def firm_withdraws(firm: Person) -> None:
    """In its space; from then on."""
    firm.goes(SPACE)
    firm.presses("Retirer cet accord")
    expect(firm.page.locator("body")).to_contain_text("Votre accord est retiré")


def partner_loses_it(partner: Person, story: Story, sheet: str) -> None:
    """At once, on the page that was open, in the files, and it is told, under the code name."""
    for told in (partner.goes(sheet), partner.goes(SPACE), partner.takes_away("csv")):
        story.is_hidden_in(told)
    expect(partner.page.get_by_role("status").first).to_contain_text("un accord a pris fin")
    letter = story.letters_to("partenaire@exemple.test", "un accord a pris fin")[-1]
    story.is_hidden_in(letter)


def observer_reads_what_is_published(observer: Person, story: Story) -> None:
    """The figures of the edition, and nothing else."""
    story.is_hidden_in(observer.goes(SPACE))
    words = observer.goes(f"{M}/chiffres-publies/")
    assert "77" in words
    story.is_hidden_in(words)
    observer.every_link_opens()
    observer.is_refused(f"{M}/projets/", f"{M}/appel/seance/", f"{M}/documents/", f"{M}/publication/")


@pytest.mark.slow
def test_six_people_each_see_their_part_and_no_more(sample_result: MissionResult, tmp_path: Path) -> None:
    prepare(sample_result, tmp_path, {})
    story = Story.of(tmp_path)
    with served(tmp_path) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with ExitStack() as rooms:
            pilot, visitor = (rooms.enter_context(someone(browser, site)) for _ in range(2))
            enters(pilot, "pilote", DEMO_PASSWORD)
            pilot_invites(pilot)
            people = {name: rooms.enter_context(someone(browser, site)) for name in INVITED}
            for name, person in people.items():
                joins(person, story.link_to(f"{name}@exemple.test", "Invitation"), "Camille", name.capitalize())
            partner, committee, firm = people["partenaire"], people["comite"], people["entreprise"]

            pilot_shares(pilot, story, "ADEME")
            pilot_asks(pilot, story)
            pilot_publishes(pilot)
            sheet = partner_sees_a_code_name(partner, story)
            committee_follows(committee, story, sheet, presented=False)
            withdrawal = firm_agrees(visitor, story)
            partner_sees_what_was_granted(partner, story, sheet)
            pilot_shares(pilot, story, "Comité de pilotage")
            committee_follows(committee, story, sheet, presented=True)
            committee_sits(committee, story)
            firm_corrects(firm, story)
            consultant_works(people["consultant"], story)
            firm_approves_and_reads_who_read(firm, story)
            firm_withdraws(firm)
            partner_loses_it(partner, story, sheet)
            assert "Retirer mon accord" not in visitor.goes(withdrawal)
            observer_reads_what_is_published(people["observateur"], story)
        browser.close()
