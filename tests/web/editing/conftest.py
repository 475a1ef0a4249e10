"""A form as a browser fills it: what the page shows is sent back, with what a person changes in it."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.test import Client

from rebond.web.missions.models import Mission


class Controls(HTMLParser):
    """The controls of the main form of a page, as a browser would send them."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, list[str]] = {}
        self._select = self._text = ""
        self._options: list[tuple[str, bool]] = []
        self._pieces: list[str] = []
        # Every form of the page but the one of the header: names do not clash.
        self.feed(source[source.index("<main") :])

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        name = told.get("name") or ""
        if tag == "input" and told.get("type") not in {"submit", "radio"}:
            if told.get("type") != "checkbox" or "checked" in told:
                self.values.setdefault(name, []).append(told.get("value") or "")
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((told.get("value") or "", "selected" in told))
        elif tag == "textarea":
            self._text, self._pieces = name, []

    def handle_endtag(self, tag):
        if tag == "select":
            chosen = [value for value, selected in self._options if selected] or [self._options[0][0]]
            self.values.setdefault(self._select, []).append(chosen[0])
            self._select = ""
        elif tag == "textarea":
            self.values.setdefault(self._text, []).append("".join(self._pieces).removeprefix("\n"))
            self._text = ""

    def handle_data(self, data):
        if self._text:
            self._pieces.append(data)


def filled(client: Client, address: str, **changes: str | list[str]) -> dict[str, list[str]]:
    """What the form of a page sends once ``changes`` are typed; in names, ``__`` stands for a dot."""
    response = client.get(address)
    assert response.status_code == 200, response
    values = Controls(response.content.decode()).values
    for name, value in changes.items():
        values[name.replace("__", ".")] = value if isinstance(value, list) else [value]
    values["geste"] = ["enregistrer"]
    return values


def messages_of(source: str) -> str:
    """The texts of a page, one space between words."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", source)))


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()
