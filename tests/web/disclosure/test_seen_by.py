"""« Vu par » says what is given, cell by cell: every datum and every column, before and after the firm agreed."""

from __future__ import annotations

import csv
import dataclasses
from datetime import date

import pytest
from django.test import Client

from rebond.data import data_folder
from rebond.restitution.audiences import Reader, audiences
from rebond.web.disclosure.disclosed import Disclosed, code_of, reduced, shown_to
from rebond.web.disclosure.fields import FactGroup, facts_given
from rebond.web.disclosure.matrix import matrix
from rebond.web.disclosure.models import Consent, Shared
from rebond.web.disclosure.seen_by import COMMITTEE, FIRM, Access, accesses_of, declared_for, seen
from rebond.web.missions.access import Part
from rebond.web.missions.models import Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from tests.web.addresses import MISSION, address

pytestmark = pytest.mark.django_db
_ADDRESS = {"key", "name", "named"}


def _parts(project: Project) -> dict[Reader, Part]:
    bank = Organisation.objects.get(code="bpifrance")
    return {
        Reader.FIRM: Part(role=Role.FIRM, firm=project.firm_id),
        Reader.COMMITTEE: Part(role=Role.COMMITTEE),
        Reader.PARTNER: Part(role=Role.PARTNER, organisation=bank.pk, code="bpifrance"),
    }


def _given(mission: Mission, project: Project, reader: Reader) -> Disclosed | None:
    key = code_of(project)
    return next((each for each in shown_to(mission, _parts(project)[reader]) if each.key == key), None)


def as_mapping(groups: tuple[FactGroup, ...]) -> dict[str, tuple[str, ...]]:
    """``sheet.column`` → every text given of it."""
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for row in group.rows:
            for key, _, text in row:
                found[key] = (*found.get(key, ()), text)
    return found


def _check(mission: Mission, project: Project, accesses: tuple[Access, ...]) -> None:
    declared = audiences()
    firm = _given(mission, project, Reader.FIRM)
    assert firm is not None
    whole = as_mapping(facts_given(mission, project.ref, Reader.FIRM, named=True))
    assert {"projets.financement_acquis", "entreprises.ca_n"} & whole.keys()
    for access in accesses:
        told = _given(mission, project, access.reader)
        assert told is not None, access
        assert told.named is access.named
        for key in declared.data.keys() - _ADDRESS - {"contact"}:
            how, value = access.reads(declared, key), getattr(told, key)
            if how == "":
                assert not value, (access, key)
            elif how == "code":
                assert key != "cost" or value != firm.cost, access
            elif access.reader is not Reader.FIRM and getattr(firm, key) and key != "asked":
                assert value == getattr(firm, key), (access, key)
        facts = as_mapping(facts_given(mission, project.ref, access.reader, named=told.named))
        assert facts.keys() == {key for key in whole if access.reads(declared, key) == "plein"}, access
        assert all(facts[key] == whole[key] for key in facts)


def test_what_it_says_is_what_each_reader_is_given() -> None:
    mission = Mission.objects.get(slug=MISSION)
    both = Shared.objects.filter(organisation=None).values("project")
    shared = Shared.objects.filter(organisation__code="bpifrance")
    named = Project.objects.filter(pk__in=shared.values("project")).select_related("firm")
    presented, other = named.filter(pk__in=both).first(), named.exclude(pk__in=both).first()
    assert presented is not None
    assert other is not None
    for project in (presented, other):
        before = accesses_of(mission, firm=project.firm.ref, project=project.ref)
        bank = next(each for each in before if each.reader is Reader.PARTNER)
        assert not bank.named
        _check(mission, project, before)
        Consent.objects.create(firm=project.firm, text="oui", signed_by="A", given_on=date(2026, 9, 1))
        after = accesses_of(mission, firm=project.firm.ref, project=project.ref)
        assert next(each for each in after if each.reader is Reader.PARTNER).named
        _check(mission, project, after)
    assert [each.named for each in before if each.reader is Reader.COMMITTEE] == [False]


def test_a_line_is_short_and_its_detail_whole() -> None:
    bank = Access(label="Bpifrance", reader=Reader.PARTNER)
    hidden = Access(label="Ademe", reader=Reader.PARTNER, named=False)
    firm, committee = Access(label=FIRM, reader=Reader.FIRM), Access(label=COMMITTEE, reader=Reader.COMMITTEE)
    every = (firm, committee, bank, hidden)
    assert seen(["listes.montant"], every).short == "l’équipe seule"
    assert seen(["mission.nom"], every).short == "tout le monde"
    assert seen(["entretiens.notes"], every).short == "l’équipe, l’entreprise"
    assert seen(["kind"], every).short == "l’équipe, l’entreprise, le comité, 2 organisations"
    assert [str(each) for each in seen(["kind", "description"], every).readers] == [
        FIRM, COMMITTEE, "Bpifrance", "Ademe (sous un nom de code)",
    ]  # fmt: skip
    assert seen(["description", "projets.financement_acquis"], (bank,)).short == ("l’équipe, Bpifrance (en partie)")
    # A partner is told whom a block is for, never to whom else the project was sent.
    assert "Bpifrance" not in declared_for(["description"]).short


def test_every_datum_and_every_column_declares_who_reads_it() -> None:
    declared = audiences()
    told = {each.name for each in dataclasses.fields(Disclosed)} - _ADDRESS
    assert told <= declared.data.keys()
    with (data_folder() / "referentiels" / "faits.csv").open(encoding="utf-8", newline="") as file:
        facts = {row["nom"]: row["audience"] for row in csv.DictReader(file)}
    assert set(facts.values()) <= declared.audiences.keys()
    assert facts == declared.facts
    # Finance and succession are told to the mission alone, whatever the question.
    for name in ("financement_acquis", "capacite_emprunt", "mode_reprise", "dette_reprise", "bfr_projet"):
        assert declared.audiences[declared.fields[f"projets.{name}"]].sensitivity == "mission"
    # The table of who sees what and the declaration say the same: « rien » is nothing of that kind, ever.
    readers = {role: Reader(role) for role in Role if role.value in set(Reader)}
    for role, reader in readers.items():
        for kind in matrix().kinds.keys() - {"chiffres", "contacts"}:
            given = any(declared.admits(each.audience, reader) for each in declared.data.values() if each.kind == kind)
            assert (matrix().sees(role, kind) != "non") is given, (role, kind)


def test_whoever_puts_too_much_in_a_sheet_gives_no_more() -> None:
    full = Disclosed(
        key="k", name="Four", named=True, firm="Forge", support=("Ferme : 1 €",), asked=(("Prêt", "1 €"),),
        decision="Retenu", minutes=(("1er mai", "Le dirigeant cède."),), description="Un successeur est cherché.",
        ways_out=(("Ademe", "Envoyé"),), lines=(("Presse", "10 €"),),
    )  # fmt: skip
    partner = reduced(full, Reader.PARTNER)
    assert (partner.support, partner.decision, partner.minutes, partner.ways_out) == ((), "", (), ())
    assert (partner.asked, partner.lines, partner.description) == (full.asked, full.lines, full.description)
    committee = reduced(full, Reader.COMMITTEE)
    assert (committee.asked, committee.minutes, committee.description) == ((), (), "")
    veiled = reduced(dataclasses.replace(full, named=False), Reader.PARTNER)
    assert veiled == Disclosed(key="k", name="Four", named=False)


def test_blocks_of_sheets_and_forms_say_who_reads_them(pilot: Client) -> None:
    for name, blocks in (("projects:facts", 2), ("projects:costs", 1), ("firms:sheet", 5), ("editing:project", 6)):
        page = pilot.get(address(name)).content.decode()
        assert page.count("Vu par&nbsp;:") >= blocks, name
