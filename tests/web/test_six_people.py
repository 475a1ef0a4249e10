"""Six people in turn in one mission, in a real browser: what each is shown, and what each is not, as it changes.

The pilot invites the five others and asks a firm for its consent by a link; letters are read in its folder.
"""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from rebond.results import MissionResult
from rebond.web.accounts.demo import DEMO_PASSWORD
from tests.web.addresses import MISSION
from tests.web.site import prepare, served
from tests.web.test_browser import CHROMIUM, pytestmark, violations

__all__ = ["pytestmark"]  # those of every browser test

PROJECT, FIRM = "P007", "E004"
"""At nobody's disposal in the demo, of a firm that was met and has no other."""
M, SPACE = f"/missions/{MISSION}", f"/missions/{MISSION}/mon-espace/"
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
CONTACT = "Anne Martin, 03 25 00 00 00"
LINKS = '[...new Set([...document.querySelectorAll(\'main a[href^="/"], nav a[href^="/"]\')].map(a => a.href))]'
CORRECTION = "Nous sommes quatre-vingts, et non soixante."
A_PROJECT = """
select p.title, p.commune, f.name, i.ref, i.minutes from projects_project p
join firms_firm f on f.id = p.firm_id join interviews_interview i on i.firm_id = f.id
where p.ref = ? and i.minutes <> ''
"""
COSTS = "select c.amount from projects_costline c join projects_project p on p.id = c.project_id where p.ref = ?"


def plain(text: str) -> str:
    """Without the spaces that French puts in amounts."""
    return re.sub(r"\s", "", text)


@dataclass(frozen=True, slots=True)
class Story:
    """The project that the people are shown, and what must not be told of it too early."""

    title: str
    commune: str
    firm: str
    interview: str
    minutes: str
    amounts: tuple[str, ...]
    """Its cost and its cost lines, as pages write them, spaces apart."""
    letters: Path

    @classmethod
    def of(cls, home: Path) -> "Story":
        with sqlite3.connect(home / "rebond.sqlite3") as base:
            title, commune, firm, interview, minutes = base.execute(A_PROJECT, [PROJECT]).fetchone()
            lines = [int(amount) for (amount,) in base.execute(COSTS, [PROJECT])]
        amounts = tuple(str(amount) for amount in dict.fromkeys([sum(lines), *lines]))
        return cls(title, commune, firm, interview, minutes.split(".")[0], amounts, home / "courriels")

    def is_hidden_in(self, told: str) -> None:
        """Neither name, title, commune, minutes nor exact amount."""
        for each in (self.title, self.firm, self.commune, self.minutes, CONTACT):
            assert each not in told
        for amount in self.amounts:
            assert f"{amount}€" not in plain(told)
            assert not re.search(rf"\b{amount}\b", told)

    def letters_to(self, address: str, about: str) -> list[str]:
        """Their texts, once one is there: some leave behind the page that asks."""
        for _ in range(600):
            found = [
                message.get_content()
                for message in _letters(self.letters)
                if message["To"] == address and about in message["Subject"]
            ]
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{address} : aucun courriel « {about} »")

    def link_to(self, address: str, about: str) -> str:
        """The address that the last such letter gives."""
        links = re.findall(r"https?://\S+", self.letters_to(address, about)[-1])
        assert len(links) == 1
        return str(links[0])


def _letters(folder: Path) -> list[EmailMessage]:
    texts = [part for path in sorted(folder.glob("*.log")) for part in path.read_bytes().split(b"-" * 79 + b"\n")]
    read = (message_from_bytes(text, policy=policy.default) for text in texts if text.strip())
    return list(read)


@dataclass(slots=True)
class Person:
    """Someone at a browser of one's own, on a telephone; faults of the pages are noted."""

    page: Page
    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """Addresses already looked at, and links already tried."""

    def goes(self, path: str, status: int = 200) -> str:
        """A page by its address; its words, which must be accessible and hold in a telephone's width."""
        self.faults.clear()
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, path
        assert path in self.seen or violations(self.page) == [], path
        self.seen.add(path)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert status != 200 or self.faults == [], path
        return self.page.get_by_role("main").inner_text()

    def is_refused(self, *paths: str) -> None:
        """Pages that are not this person's; nothing is said of what they hold."""
        for path in paths:
            answer = self.page.request.get(path, max_redirects=0)
            assert answer.status in {403, 404}, path

    def takes_away(self, kind: str) -> str:
        """The sheets of the space, in a file."""
        answer = self.page.request.get(f"{SPACE}fiches/{kind}/")
        assert answer.status == 200
        return answer.body().decode("utf-8-sig")

    def presses(self, button: str) -> None:
        """And the page that follows is there."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).first.click()

    def every_link_opens(self) -> None:
        """No link of the page leads this person to a page that is someone else's."""
        links = '[...new Set([...document.querySelectorAll(\'main a[href^="/"], nav a[href^="/"]\')].map(a => a.href))]'
        for link in self.page.evaluate(links):
            assert self.page.request.get(link).status == 200, f"{self.page.url} → {link}"


@contextmanager
def someone(browser: Browser, site: str) -> Iterator[Person]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR", base_url=site)
    person = Person(context.new_page())
    person.page.on("console", lambda said: person.faults.append(said.text) if said.type == "error" else None)
    person.page.on("pageerror", lambda error: person.faults.append(str(error)))
    yield person
    context.close()


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
    partner.page.get_by_role("link", name=code[0]).click()
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
