"""What holds on every page: no inline code, no outside request, French typography, the fiction said, few queries."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import calls_of
from rebond.web.portfolio.grids import call_grid
from rebond.web.projects.models import Project
from rebond.web.readings.places import CONFIDENTIAL
from tests.web.addresses import MISSION, PAGES, PERSONAL, PUBLIC, address

NAMES = sorted(PAGES)
QUERIES = {
    "missions:list": 4,
    "exchange:home": 6,
    "exchange:lists": 7,
    "exchange:delete": 13,
    "missions:home": 22,
    "firms:list": 8,
    "missions:overview": 8,
    "desk:questions": 8,
    "desk:search": 4,
    "desk:agenda": 13,
    "editing:many": 5,
    "firms:sheet": 16,
    "interviews:list": 10,
    "interviews:replies": 6,
    "projects:list": 9,
    "projects:sheet": 15,
    "projects:facts": 10,
    "projects:costs": 11,
    "projects:dispositifs": 10,
    "projects:known": 11,
    "projects:follow_up": 13,
    "projects:history": 11,
    "financing:verdict": 9,
    "financing:plan": 12,
    "financing:simulation": 10,
    "financing:frozen_list": 11,
    "portfolio:call": 8,
    "portfolio:robustness": 7,
    "linkage:queue": 15,
    "linkage:decided": 7,
    "committee:screen": 17,
    "committee:sittings": 5,
    "committee:members": 6,
    "committee:since": 5,
    "committee:freeze": 13,
    "committee:texts": 5,
    "committee:text": 5,
    "stationery:list": 7,
    "stationery:template": 7,
    "portfolio:session": 13,
    "portfolio:decision": 15,
    "portfolio:marks": 10,
    "portfolio:project_marks": 17,
    "portfolio:steps": 10,
    "portfolio:project_steps": 8,
    "referrals:list": 9,
    "referrals:sent": 6,
    "referrals:send": 6,
    "advice:list": 10,
    "advice:open": 12,
    "advice:open_many": 8,
    "roadmap:roadmap": 12,
    "roadmap:leave": 10,
    "roadmap:new": 7,
    "restitution:indicators": 6,
    "restitution:indicator": 5,
    "restitution:documents": 9,
    "studies:list": 9,
    "studies:compare": 5,
    **dict.fromkeys(("editing:new_firm", "editing:new_interview", "editing:new_project", "editing:settings"), 7),
    **dict.fromkeys(("editing:firm", "editing:project", "editing:costs", "editing:aid", "editing:interview"), 11),
    **dict.fromkeys(("editing:firm_field", "editing:project_field"), 8),
    "editing:new_aid": 7,
    **dict.fromkeys(("editing:remove_firm", "editing:remove_project", "editing:remove_aid"), 6),
    **dict.fromkeys(("editing:project_history", "editing:firm_history", "editing:interview_history"), 8),
    "editing:journal": 8,
    "editing:questions": 9,
    "editing:checks": 7,
    "files:project": 11,
    "files:firm": 9,
    "files:list": 8,
    "regrouping:split": 10,
    **dict.fromkeys(("regrouping:join", "regrouping:firms"), 5),
    "organisations:people": 10,
    "disclosure:sharing": 13,
    "disclosure:asking": 7,
    "readings:mission": 7,
    "accounts:mine": 9,
    "api:tokens": 4,
    "reminders:calendar": 3,
    "reminders:choices": 4,
    "accounts:password": 2,
    "accounts:factor": 7,
    "publishing:figures": 5,
    "publishing:publication": 5,
    "published:across": 3,
    **dict.fromkeys(("accounts:name", "accounts:address"), 2),
    "directory:list": 3,
}
"""Ceiling of queries, session and user included; public pages need none of their own."""
STANDING = 2
"""What every page of a mission asks more, to say which study it shows and whether another is being made."""
PUBLIC_QUERIES = 2
HEAVIEST_SHEET = 200_000
"""Bytes, before compression."""


def text_of(source: str) -> str:
    """What a person reads of a page."""
    body = re.sub(r"(?s)<(script|style|svg|title|head|textarea)\b.*?</\1>", " ", source)
    return re.sub(r"[ \t\n]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    """Pages as the pilot sees them, each made once for all that is asked of it: no test here changes anything."""
    return {}


Pages = Callable[[str], Any]
"""The answer at a name."""


@pytest.fixture
def made(shown: dict[str, Any], request: pytest.FixtureRequest) -> Pages:
    def once(name: str) -> Any:
        if name not in shown:
            shown[name] = request.getfixturevalue("pilot").get(address(name))
        return shown[name]

    return once


def source_of(response: Any) -> str:
    return str(response.content.decode()) if response.status_code == 200 else ""


@pytest.mark.parametrize("name", NAMES)
def test_a_strict_policy_and_nothing_inline(name: str, made: Pages) -> None:
    response = made(name)
    if response.status_code == 302:
        return
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    source = response.content.decode()
    assert not re.search(r"<[^>]+\sstyle=", source)
    assert not re.search(r"<[^>]+\son[a-z]+=", source)
    assert "<style" not in source
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fetched_from_elsewhere(name: str, made: Pages) -> None:
    source = source_of(made(name))
    fetched = re.findall(r'<(?:script|img|link|iframe|source)\b[^>]*?(?:src|href)="([^"]+)"', source)
    assert all(url.startswith("/") for url in fetched)


@pytest.mark.parametrize("name", NAMES)
def test_texts_follow_french_typography(name: str, made: Pages) -> None:
    text = text_of(source_of(made(name))).replace("&#x27;", "'").replace("&quot;", '"')
    assert not re.findall(r".{0,30}[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ].{0,30}", text)
    assert not re.findall(r".{0,30}« .{0,30}|.{0,30} [;?!](?= ).{0,30}", text)


@pytest.mark.parametrize("name", NAMES)
def test_one_main_title_and_a_title_of_its_own(name: str, made: Pages) -> None:
    source = source_of(made(name))
    if source:
        assert len(re.findall(r"<h1\b", source)) == 1
        assert re.search(r"<title>[^<]*\S+ — Rebond</title>", source.replace("\n", " "))
        for table in re.findall(r"(?s)<table.*?</table>", source):
            assert "<caption" in table
            assert "<th scope=" in table


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(PUBLIC) - set(PERSONAL) - {"missions:list"}))
def test_every_page_of_the_mission_says_that_firms_are_fictitious(name: str, made: Pages) -> None:
    assert "entreprises et projets fictifs" in text_of(source_of(made(name)))


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"accounts:login"}))
def test_the_number_of_queries_is_frozen(name: str, pilot: Client) -> None:
    pilot.get(address("about"))  # the catalogue is read from its files once
    call_grid(Mission.objects.get(slug=MISSION))  # so are the criteria of the call, until the facts change
    calls_of(Mission.objects.get(slug=MISSION))  # and the names of its calls
    if name.startswith(("editing:", "regrouping:", "roadmap:")):
        pilot.get(address("editing:settings"))  # the facts of the mission are kept until the next change
    if name.startswith("financing:"):
        pilot.get(address("financing:plan"))  # and what a project was studied with
    with CaptureQueriesContext(connection) as captured:
        assert pilot.get(address(name)).status_code == 200
    more = STANDING if address(name).startswith(f"/missions/{MISSION}/") else 0
    # Once the page is sent: who read it.
    more += name in CONFIDENTIAL
    assert len(captured) <= QUERIES.get(name, PUBLIC_QUERIES) + more, "\n".join(q["sql"][:90] for q in captured)


def test_the_sheet_of_every_project_opens_and_stays_light(pilot: Client) -> None:
    sizes = {}
    for rank, ref in enumerate(Project.objects.values_list("ref", flat=True)):
        for part in ("", "faits/", "depenses/", "dispositifs/", "connu/", "suivi/")[: 1 if rank % 10 else None]:
            response = pilot.get(f"/missions/{MISSION}/projets/{ref}/{part}")
            assert response.status_code == 200, ref
            sizes[ref, part] = len(response.content)
    assert len(sizes) == 77 + 5 * 8
    assert max(sizes.values()) < HEAVIEST_SHEET, sizes


def test_the_state_brand_is_shown_only_where_it_may_be(anonymous: Client, settings: Settings) -> None:
    neutral = anonymous.get(address("about")).content.decode()
    assert "République" not in neutral
    assert "favicon/favicon" not in neutral
    settings.MARQUE_ETAT = True
    state = anonymous.get(address("about")).content.decode()
    assert "République<br>Française" in state
    assert "rb-neutral" not in state


def test_a_missing_page_is_said_in_french(pilot: Client) -> None:
    response = pilot.get("/rien/")
    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()


def test_an_error_is_said_in_french(pilot: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    pilot.raise_request_exception = False
    monkeypatch.setattr("rebond.web.roadmap.lines.Action.objects", None)
    response = pilot.get(address("roadmap:roadmap"))
    assert response.status_code == 500
    assert "Le site a rencontré une erreur" in response.content.decode()


def test_an_expired_form_is_said_in_french() -> None:
    response = Client(enforce_csrf_checks=True).post(address("accounts:login"), {})
    assert response.status_code == 403
    assert "Formulaire expiré" in response.content.decode()
