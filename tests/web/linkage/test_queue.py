"""The queue of links: answered one by one by the pilot, taken back in one gesture, read by the team alone."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from rebond.facts import LinkAnswer, LinkDecision
from rebond.history import Kind
from rebond.web.accounts.demo import ACCOUNTS
from rebond.web.accounts.models import User
from rebond.web.journal.models import Act, Entry
from rebond.web.linkage.models import LinkDecision as Row
from rebond.web.linkage.pairs import queue_for
from rebond.web.missions.facts import census_of
from rebond.web.missions.importing import write_census
from rebond.web.missions.models import Mission
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

QUEUE, UNDO, DECIDED = (address(f"linkage:{name}") for name in ("queue", "decided", "decided"))
UNDO = f"{QUEUE}annuler/"


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


def pairs(mission: Mission):
    found = queue_for(User.objects.get(username="pilote"), mission)
    return found.pairs, found


def answer(client: Client, link, reply: str, **more: str):
    sent = {"ligne": link.entry_id, "entreprise": link.firm_id, "projet": link.project_id, "reponse": reply, **more}
    return client.post(QUEUE, sent)


def test_the_queue_counts_what_the_study_says(pilot: Client, mission: Mission) -> None:
    waiting, queue = pairs(mission)
    text = pilot.get(QUEUE).content.decode()
    assert f"{len(waiting)} paires à décider" in text
    assert queue.share.low < queue.share.high
    assert queue.share.text in text.replace("&nbsp;", "\u00a0")
    assert f'value="{waiting[0].entry_id}"' in text


def test_an_answer_is_kept_told_and_goes_on_to_the_next(pilot: Client, mission: Mission) -> None:
    before, queue = pairs(mission)
    response = answer(pilot, before[0], "meme", motif="vu avec la CCI")
    assert response.status_code == 302
    assert response["Location"].endswith("#paire")
    (row,) = census_of(mission).link_decisions
    assert (row.pair, row.answer, row.by, row.reason) == (before[0].pair, LinkAnswer.SAME, "pilote", "vu avec la CCI")
    assert Entry.objects.of(mission).get().act == Act.DECIDED
    after, narrowed = pairs(mission)
    assert before[0] not in after
    assert narrowed.share.high - narrowed.share.low < queue.share.high - queue.share.low
    page = pilot.get(response["Location"]).content.decode()
    assert "C’est le même" in page
    assert "L’étude sera refaite" in page
    assert f'value="{after[0].entry_id}"' in page


def test_an_archived_mission_says_that_it_is_only_read(pilot: Client, mission: Mission) -> None:
    (link, *_), _ = pairs(mission)
    Mission.objects.update(archived_at=timezone.now())
    refused = answer(pilot, link, "meme")
    assert refused.status_code == 409
    assert "Cette mission est archivée" in refused.content.decode()
    assert census_of(mission).link_decisions == ()


def test_an_answer_is_undone_and_the_pair_is_back(pilot: Client, mission: Mission) -> None:
    before, _ = pairs(mission)
    answer(pilot, before[0], "autre")
    gesture = str(Entry.objects.of(mission).get().gesture)
    assert pilot.post(UNDO, {"geste": gesture}).status_code == 302
    assert census_of(mission).link_decisions == ()
    assert pairs(mission)[0] == before


def test_an_answer_given_again_since_is_not_undone(pilot: Client, mission: Mission) -> None:
    before, _ = pairs(mission)
    answer(pilot, before[0], "autre")
    gesture = str(Entry.objects.of(mission).get().gesture)
    answer(pilot, before[0], "meme")
    assert pilot.post(UNDO, {"geste": gesture}).status_code == 409
    assert census_of(mission).link_decisions[0].answer is LinkAnswer.SAME


def test_only_an_answer_is_undone_from_here(pilot: Client, mission: Mission) -> None:
    assert pilot.post(UNDO, {"geste": "0" * 32}).status_code == 404
    assert pilot.post(UNDO, {"geste": "rien"}).status_code == 404


def test_who_cannot_tell_leaves_the_pair_aside_and_the_range_as_it_is(pilot: Client, mission: Mission) -> None:
    before, queue = pairs(mission)
    answer(pilot, before[0], "indecis")
    after, same = pairs(mission)
    assert before[0] not in after
    assert [link.pair for link in same.aside] == [before[0].pair]
    assert same.share == queue.share
    assert "Laissés de côté" in pilot.get(QUEUE).content.decode()


def test_a_decided_pair_is_reopened_from_the_list(pilot: Client, mission: Mission) -> None:
    before, _ = pairs(mission)
    answer(pilot, before[0], "meme")
    assert "Rouvrir" in pilot.get(DECIDED).content.decode()
    answer(pilot, before[0], "a_reprendre")
    assert not Row.objects.of(mission).exists()
    assert Row.ever.of(mission).exists()
    assert pairs(mission)[0] == before


def test_two_people_on_one_pair_and_the_second_sees_the_first(pilot: Client, mission: Mission) -> None:
    before, _ = pairs(mission)
    answer(pilot, before[0], "meme")
    response = answer(pilot, before[0], "autre", depuis="0")
    assert response.status_code == 409
    assert "rien n’a été écrit par-dessus" in response.content.decode()
    assert census_of(mission).link_decisions[0].answer is LinkAnswer.SAME


def test_an_unreadable_answer_writes_nothing_and_loses_nothing(pilot: Client, mission: Mission) -> None:
    before, _ = pairs(mission)
    response = answer(pilot, before[0], "peut-être", motif="vu le devis")
    assert response.status_code == 400
    assert "vu le devis" in response.content.decode()
    assert answer(pilot, before[0], "meme", motif="x" * 1001).status_code == 400
    assert answer(pilot, replace(before[0], entry_id="L999"), "meme").status_code == 404
    assert census_of(mission).link_decisions == ()


def test_a_decision_about_a_line_that_has_gone_is_kept_and_said(pilot: Client, mission: Mission) -> None:
    before, _ = pairs(mission)
    answer(pilot, before[0], "meme")
    census = census_of(mission)
    left = tuple(entry for entry in census.partner_entries if entry.id != before[0].entry_id)
    write_census(mission, replace(census, partner_entries=left))
    assert len(census_of(mission).link_decisions) == 1
    assert "n’est plus dans le recensement" in pilot.get(DECIDED).content.decode()


def test_everything_decided_says_who_and_how_to_reopen(pilot: Client, mission: Mission) -> None:
    waiting, _ = pairs(mission)
    decided = tuple(
        LinkDecision(
            entry_id=link.entry_id, firm_id=link.firm_id, project_id=link.project_id, answer=LinkAnswer.SAME, by="Ada"
        )
        for link in waiting
    )
    write_census(mission, replace(census_of(mission), link_decisions=decided))
    assert pairs(mission)[0] == ()
    text = pilot.get(QUEUE).content.decode()
    assert "Tout est décidé" in text
    assert "Ada" in text
    assert DECIDED in text


ROLES = {account.username: account.role for account in ACCOUNTS}


@pytest.mark.parametrize("name", sorted(ROLES))
def test_the_team_reads_the_queue_and_the_pilot_alone_answers(name: str, mission: Mission) -> None:
    client = signed_in(name)
    waiting, _ = pairs(mission)
    shown, sent = client.get(QUEUE), answer(client, waiting[0], "meme")
    reads, decides = name in {"pilote", "consultant"}, name == "pilote"
    assert shown.status_code == (200 if reads else 403)
    assert client.get(DECIDED).status_code == shown.status_code
    assert sent.status_code == (302 if decides else 403)
    assert client.post(UNDO, {"geste": ""}).status_code == (404 if decides else 403)
    assert bool(re.search('name="reponse"', shown.content.decode())) is decides
    if not reads:
        assert "Accès refusé" in shown.content.decode()
    assert bool(census_of(mission).link_decisions) is decides


def test_the_history_names_the_decision(pilot: Client, mission: Mission) -> None:
    answer(pilot, pairs(mission)[0][0], "meme")
    entry = Entry.objects.of(mission).get()
    assert (entry.kind, entry.by_name) == (Kind.LINK.value, "pilote")
    assert MISSION in QUEUE


def test_decided_pairs_are_filtered_exported_and_reopened_together_with_one_reason(
    pilot: Client, mission: Mission
) -> None:
    waiting, _ = pairs(mission)
    for link, reply in zip(waiting[:3], ("meme", "autre", "indecis"), strict=True):
        answer(pilot, link, reply, motif=f"vu {reply}")
    held = census_of(mission).link_decisions
    assert [row.decision.answer for row in pilot.get(f"{DECIDED}?reponse=autre").context["page"]] == ["autre"]
    assert [row.decision.answer for row in pilot.get(f"{DECIDED}?q=vu+MEME").context["page"]] == ["meme"]
    sheet = pilot.get(f"{DECIDED}?par=pilote&reponse=indecis&export=csv").content.decode("utf-8-sig")
    assert len(sheet.splitlines()) == 2
    keys = [row.key for row in pilot.get(DECIDED).context["page"]]
    assert pilot.post(DECIDED, {"lien": keys[:2]}).status_code == 422
    assert pilot.post(DECIDED, {"lien": [*keys, "L9/E9/"], "motif": "liste fausse"}).status_code == 409
    assert census_of(mission).link_decisions == held
    kept = "par=pilote&colonnes=par&colonnes=le"
    done = pilot.post(f"{DECIDED}?{kept}&page=1", {"lien": keys[:2], "motif": "liste fausse"})
    assert done["Location"].startswith(f"{DECIDED}?{kept}&fait=")
    assert len(census_of(mission).link_decisions) == 1
    text = pilot.get(done["Location"]).content.decode()
    assert "2 questions, en un geste" in text
    (gesture,) = set(Entry.objects.of(mission).filter(reason="liste fausse").values_list("gesture", flat=True))
    pilot.post(UNDO, {"geste": str(gesture)})
    assert {row.pair: row for row in census_of(mission).link_decisions} == {row.pair: row for row in held}
    assert signed_in("consultant").post(DECIDED, {"lien": keys, "motif": "x"}).status_code == 403
