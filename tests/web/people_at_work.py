"""Someone at a browser of one's own in the sample mission, the project shown there, and the letters that left."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.web.addresses import MISSION
from tests.web.test_browser import PATIENCE, violations

PROJECT, FIRM = "P007", "E004"
"""At nobody's disposal in the demo, of a firm that was met and has no other."""
M, SPACE = f"/missions/{MISSION}", f"/missions/{MISSION}/mon-espace/"
CONTACT = "Anne Martin, 03 25 00 00 00"
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
    context.set_default_timeout(PATIENCE)
    person = Person(context.new_page())
    person.page.on("console", lambda said: person.faults.append(said.text) if said.type == "error" else None)
    person.page.on("pageerror", lambda error: person.faults.append(str(error)))
    yield person
    context.close()
