"""The journal: who changed what, when and why; nobody can touch it afterwards without it being seen."""

import dataclasses
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from rebond import facts
from rebond.facts import UNKNOWN, Census, CostLine, Envelope, Firm, MissionSettings, Project
from rebond.history import diff
from rebond.web.accounts.models import User
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.reading import changes_since, gestures_of, history_of
from rebond.web.journal.wording import LABELS, value_words
from rebond.web.journal.writing import Author, Note, author_of, note_of, record
from rebond.web.missions.models import Mission

LINE = CostLine(id="L1", nature="equipement", amount=Decimal(100_000), year=2026)
PROJECT = Project(id="P001", firm_id="E1", title="Four électrique", costs=(LINE,))
BEFORE = Census(
    settings=MissionSettings(
        name="Rebond", territory="Ici", epcis=(), committee_on=date(2026, 10, 5), envelope=Envelope(contributions=())
    ),
    firms=(Firm(id="E1", name="Forge"),),
    interviews=(),
    projects=(PROJECT,),
)
AFTER = replace(BEFORE, projects=(replace(PROJECT, jobs_created=3, costs=(replace(LINE, amount=Decimal(120_000)),)),))


@pytest.fixture
def mission(db):
    return Mission.objects.get()


@pytest.fixture
def author(mission):
    return author_of(User.objects.get(username="pilote"))


def noted(mission, author, *, reason="devis reçu"):
    notes = [note_of(change, "Four électrique") for change in diff(BEFORE, AFTER)]
    return record(mission, notes, by=author, act=Act.ENTERED, reason=reason)


def test_a_form_that_changes_two_fields_is_one_gesture_of_two_rows(mission, author):
    noted(mission, author)
    (gesture,) = gestures_of(Entry.objects.of(mission))
    assert (gesture.by_name, gesture.reason, gesture.act_label) == (str(author.user), "devis reçu", "Saisie")
    assert {(line.field, line.before, line.after) for line in gesture.lines} == {
        ("emplois créés", "inconnu", "3"),
        ("dépense L1 : montant", "100\u202f000\u00a0€", "120\u202f000\u00a0€"),
    }


def test_the_history_of_a_row_is_a_view_of_the_journal(mission, author):
    noted(mission, author)
    record(mission, [Note(kind="projet", ref="P001")], by=author, act=Act.READ)
    assert history_of(mission, "projet", "P001").count() == 2
    assert not history_of(mission, "projet", "P002").exists()


def test_what_changed_since_the_last_committee(mission, author):
    noted(mission, author)
    then = Entry.objects.of(mission)[0].at
    noted(mission, author, reason="plus tard")
    assert {entry.reason for entry in changes_since(mission, then)} == {"plus tard"}


def test_no_row_can_be_changed_nor_deleted_even_by_the_database(mission, author):
    noted(mission, author)
    for statement in ("UPDATE journal_entry SET reason = 'autre'", "DELETE FROM journal_entry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert check_chain(mission).broken_at == 0


def test_a_row_changed_behind_the_triggers_is_found_by_its_position(mission, author):
    for _ in range(3):
        noted(mission, author)
    head = check_chain(mission).head
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_no_update")
        cursor.execute("UPDATE journal_entry SET reason = 'autre' WHERE position = 3")
    found = check_chain(mission, expected_head=head)
    assert (found.broken_at, found.length) == (3, 2)


def test_rows_taken_from_the_end_are_found_with_a_digest_kept_elsewhere(mission, author):
    noted(mission, author)
    head = check_chain(mission).head
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_no_delete")
        cursor.execute("DELETE FROM journal_entry WHERE position = 2")
    assert check_chain(mission).broken_at == 0
    assert check_chain(mission, expected_head=head).broken_at == 2


def test_nothing_to_say_writes_nothing(mission, author):
    record(mission, [], by=author, act=Act.ENTERED)
    assert not Entry.objects.of(mission).exists()


def test_the_command_line_signs_what_it_does(mission):
    record(mission, [Note(kind="reglages")], by=Author(user=None), act=Act.MANAGED)
    assert Entry.objects.of(mission).get().by_name == "ligne de commande"


def test_every_field_of_the_census_has_words():
    kinds = [kind for kind in vars(facts).values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)]
    # What a study derives is told by no journal.
    kinds = [kind for kind in kinds if kind not in {facts.AwardedAid, facts.PaidShare}]
    of_a_census = {"settings", "firms", "interviews", "projects", "aids", "partner_entries", "confirmations"}
    names = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    of_a_census |= {"decisions", "link_decisions", "lineage", "marks", "recusals", "accompaniments", "meetings"}
    of_a_census |= {"referrals", "referral_steps", "actions", "progress", "opinions", "repairs"}
    assert names - of_a_census <= set(LABELS)


def test_unknown_is_said_and_is_neither_no_nor_zero():
    assert [value_words(value) for value in (UNKNOWN, False, Decimal(0), "")] == ["inconnu", "non", "0\u00a0€", "rien"]
