"""The table of who sees what, held against the sample: what each role is given, and that nothing else comes with it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rebond.restitution.audiences import Traits, audiences, firms_that_fit
from rebond.restitution.typography import typeset
from rebond.units import format_euros
from rebond.web.accounts.models import User
from rebond.web.disclosure import acts
from rebond.web.disclosure.consenting import take_back
from rebond.web.disclosure.disclosed import band_of, code_of, shown_to, veil
from rebond.web.disclosure.matrix import matrix
from rebond.web.disclosure.models import Consent, Shared
from rebond.web.editing.dictionary import current_layout
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview, Need
from rebond.web.journal.checking import check_chain
from rebond.web.journal.writing import Author
from rebond.web.missions.access import Part
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.studies.models import Referral
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in
from tests.web.disclosure import guide

OUTSIDE = ("bpifrance", "copil", "entreprise", "observateur")
PAGE = Path(__file__).parents[3] / "docs" / "confidentialite.md"
pytestmark = pytest.mark.django_db


def pages(person: Client, *, step: int = 1) -> Iterator[str]:
    """Every page of a person's space, and what may be taken away from it, as text."""
    home = person.get(address("disclosure:space")).content.decode()
    yield html.unescape(home)
    yield person.get(address("disclosure:files")).content.decode("utf-8-sig")
    for part in home.split(f'href="/missions/{MISSION}/mon-espace/')[1::step]:
        if (key := part.partition('/"')[0].partition('"')[0]) and "/" not in key:
            response = person.get(f"/missions/{MISSION}/mon-espace/{key}/")
            assert response.status_code == 200
            yield html.unescape(response.content.decode())


def read(person: Client, *, step: int = 1) -> str:
    return " ".join(pages(person, step=step)).replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def plain(text: str) -> str:
    return html.unescape(text).replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def mission() -> Mission:
    return Mission.objects.get(slug=MISSION)


def bpifrance() -> Organisation:
    return Organisation.objects.get(code="bpifrance")


def consent(firm: Firm) -> Consent:
    return acts.note_consent(
        mission(), firm, bpifrance(), text="J’accepte.", signed_by="la gérante", given_on=date(2026, 9, 1), by=None
    )


def test_before_consent_a_partner_reads_no_name_title_ref_nor_commune() -> None:
    text = read(signed_in("bpifrance"))
    # What the pilot would hand over is what the partner reads in its space.
    given = signed_in("pilote").get(f"/missions/{MISSION}/mises-a-disposition/fiches/{bpifrance().pk}/csv/")
    text += given.content.decode("utf-8-sig")
    shared = Project.objects.filter(pk__in=Shared.objects.filter(organisation=bpifrance()).values("project"))
    assert shared.count() > 5
    for project in Project.objects.select_related("firm"):
        assert plain(project.title) not in text
        assert plain(project.firm.name) not in text
        assert f">{project.ref}<" not in text
        assert not project.description or plain(project.description) not in text
        assert (code_of(project).upper() in text) is (project in set(shared))


def traits_of(project: Project) -> Traits:
    cost = sum((line.amount for line in project.costs.all()), Decimal(0))
    return project.epci, project.kind_label, band_of(cost) if project.costs.all() else ""


def test_what_is_told_of_a_veiled_project_fits_several_firms() -> None:
    every = [(row.firm_id, traits_of(row)) for row in Project.objects.prefetch_related("costs")]
    told = veil(mission(), list(Project.objects.all()))
    assert len(told) == 77
    for traits in told.values():
        assert len(firms_that_fit(traits, every)) >= audiences().threshold
    assert any(all(traits) for traits in told.values())
    assert any(not traits[0] for traits in told.values())


def test_consent_names_the_projects_of_one_firm_to_one_partner_and_its_withdrawal_is_at_once() -> None:
    shared = Shared.objects.filter(organisation=bpifrance()).select_related("project__firm").first()
    assert shared is not None
    firm, person = shared.project.firm, signed_in("bpifrance")
    held = consent(firm)
    text = read(person)
    assert plain(firm.name) in text
    assert plain(shared.project.title) in text
    others = Firm.objects.exclude(pk=firm.pk)
    assert not [other.name for other in others if plain(other.name) in text]
    take_back(Consent.objects.filter(pk=held.pk), said_by="le pilote", author=Author(user=None))
    assert plain(firm.name) not in read(person)
    assert not check_chain(mission()).broken_at


def test_a_project_taken_back_and_a_forged_key_open_nothing() -> None:
    shared = Shared.objects.filter(organisation=bpifrance()).select_related("project").first()
    assert shared is not None
    person = signed_in("bpifrance")
    one = f"/missions/{MISSION}/mon-espace/{code_of(shared.project)}/"
    assert person.get(one).status_code == 200
    acts.take_back(mission(), shared, by=User.objects.get(username="pilote"))
    assert person.get(one).status_code == 404
    not_shared = Project.objects.exclude(pk__in=Shared.objects.filter(organisation=bpifrance()).values("project"))
    for project in not_shared[:5]:
        for key in (code_of(project), project.ref, str(project.pk)):
            assert person.get(f"/missions/{MISSION}/mon-espace/{key}/").status_code == 404


def test_a_project_is_new_to_who_never_opened_it_and_is_listed_once() -> None:
    person, given = signed_in("bpifrance"), Shared.objects.filter(organisation=bpifrance()).count()
    home = plain(person.get(address("disclosure:space")).content.decode())
    assert home.count('<span class="rb-tag">nouveau</span>') == given
    assert f"({given} nouveaux)" in home
    first = re.findall(rf"/missions/{MISSION}/mon-espace/([0-9a-z]+)/\"", home)
    assert len(first) == len(set(first)) == given
    person.get(f"/missions/{MISSION}/mon-espace/{first[0]}/")
    assert f"({given - 1} nouveaux)" in plain(person.get(address("disclosure:space")).content.decode())


def test_the_committee_reads_what_is_put_before_it_and_ranges_of_the_rest() -> None:
    text = read(signed_in("copil"))
    presented = set(Shared.objects.filter(organisation=None).values_list("project", flat=True))
    for project in Project.objects.all():
        assert (plain(project.title) in text) is (project.pk in presented), project.ref
    session = signed_in("copil").get(address("portfolio:session")).content.decode()
    for project in Project.objects.exclude(pk__in=presented):
        assert f"projet-{project.ref}" not in session


def test_a_firm_reads_its_own_and_nothing_of_the_others() -> None:
    part = Membership.objects.get(role=Role.FIRM)
    text = read(signed_in("entreprise"))
    for project in Project.objects.select_related("firm"):
        assert (plain(project.title) in text) is (project.firm_id == part.firm_id)
    assert part.firm is not None
    own = {link.name for link in part.firm.links.all()}  # Its own group, as it declared it.
    for firm in Firm.objects.exclude(pk=part.firm_id or 0).exclude(name__in=own):
        assert plain(firm.name) not in text


def test_support_is_told_by_certainty_and_never_as_one_sum() -> None:
    """A firm that reads « 200 000 € » believes them its own: the law they rest on was not read again."""
    part = Part(role=Role.FIRM, firm=Firm.objects.get(ref="E001").pk)
    told = {each.name: each.support for each in shown_to(mission(), part)}
    found = Project.objects.filter(firm__ref="E001").with_finding(mission().current_study)
    assert told.keys() == {typeset(each.title) for each in found}
    for project in found:
        assert project.finding is not None
        stack = project.finding.stack
        lines = told[typeset(project.title)]
        if stack.useful:
            assert lines[0] == f"Ferme : {format_euros(stack.firm)}"
            assert len(lines) > 1 or stack.firm == stack.useful
        else:
            assert lines == (format_euros(0),)


@pytest.mark.parametrize("role", [Role.FIRM, Role.PARTNER, Role.COMMITTEE])
def test_a_space_asks_the_database_ten_times_at_most_whatever_it_holds(role: Role) -> None:
    """Ten for the committee: what is presented, where each project leads, its answers, its advice; the code names."""
    firm = Firm.objects.annotate(count=Count("projects")).order_by("-count").first()
    assert firm is not None
    part = Part(role=role, firm=firm.pk, organisation=bpifrance().pk, code="bpifrance")
    Consent.objects.create(firm=firm, text="oui", signed_by="A", given_on=date(2026, 9, 1))
    shown_to(mission(), part)  # The catalogue and the table are read once.
    here = mission()
    with CaptureQueriesContext(connection) as asked:
        given = shown_to(here, part)
    assert len(given) > 1
    assert len(asked) <= 10, [row["sql"][:90] for row in asked.captured_queries]
    here = mission()
    with CaptureQueriesContext(connection) as asked:
        assert shown_to(here, part, key=given[1].key) == (given[1],)
    assert len(asked) <= 9, [row["sql"][:90] for row in asked.captured_queries]
    assert shown_to(mission(), part, key="inconnue") == ()


def test_an_observer_reads_neither_project_nor_firm() -> None:
    text = read(signed_in("observateur"))
    assert "Ce que vous voyez de la mission est ce que son pilote en publie" in text
    assert not [row.title for row in Project.objects.all() if plain(row.title) in text]


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_minutes_no_need_and_no_difficulty_leave_the_team(role: str) -> None:
    text = read(signed_in(role), step=3 if role == "copil" else 1)
    own = Membership.objects.get(user__username=role).firm_id
    for interview in Interview.objects.exclude(minutes="").exclude(firm=own):
        assert plain(interview.minutes) not in text
    for need in Need.objects.exclude(interview__firm=own):
        assert plain(need.text) not in text
    if role != "entreprise":
        assert "Prévention des difficultés" not in text
        assert Referral.objects.filter(kind=Referral.Kind.DIFFICULTY).exists()


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_row_is_given_whole_outside_the_team_but_the_committee_s(role: str) -> None:
    user = User.objects.get(username=role)
    seen = Project.objects.visible_to(user)
    wanted = Shared.objects.filter(organisation=None).count() if role == "copil" else 0
    assert seen.count() == wanted
    for model in (Firm, Interview, Need, Referral):
        assert not model.objects.visible_to(user).exists()
    assert {part.user_id for part in Membership.objects.visible_to(user)} == {user.pk}
    assert not Project.objects.may_change(user).exists()


def test_who_left_finds_nothing() -> None:
    Membership.objects.filter(user__username="bpifrance").update(left_at=timezone.now())
    assert signed_in("bpifrance").get(address("disclosure:space")).status_code == 404


def test_two_missions_that_share_a_firm_and_an_organisation_do_not_meet() -> None:
    here = mission()
    there = Mission.objects.create(
        slug="ailleurs", name="Ailleurs", territory="Ailleurs", committee_on=date(2026, 9, 1)
    )
    twin = Firm.objects.create(mission=there, ref="E001", name=Firm.objects.get(ref="E001").name)
    project = Project.objects.create(mission=there, firm=twin, ref="P001", title="Projet de l’autre mission")
    acts.share(there, project, bpifrance(), by=None)
    Consent.objects.create(firm=twin, text="x", signed_by="x", given_on=date(2026, 9, 1))
    for role in OUTSIDE:
        person = signed_in(role)
        assert "autre mission" not in read(person, step=20)
        assert person.get("/missions/ailleurs/mon-espace/").status_code == 404
        assert person.get(f"/missions/{here.slug}/mon-espace/{code_of(project)}/").status_code == 404
    # The same person, in both: what the firm agreed to there is not agreed here.
    Membership.objects.create(
        user=User.objects.get(username="bpifrance"), mission=there, role=Role.PARTNER, organisation=bpifrance()
    )
    assert "autre mission" in signed_in("bpifrance").get("/missions/ailleurs/mon-espace/").content.decode()
    assert plain(twin.name) not in read(signed_in("bpifrance"))


def test_only_the_pilot_settles_who_is_shown_what(pilot: Client) -> None:
    project = Project.objects.exclude(pk__in=Shared.objects.values("project")).first()
    assert project is not None
    said = {"geste": "partager", "p-projets": [project.pk], "p-destinataire": str(bpifrance().pk)}
    for role in (*OUTSIDE, "consultant"):
        assert signed_in(role).post(address("disclosure:sharing"), said).status_code == 403
    assert pilot.post(address("disclosure:sharing"), said).status_code == 302
    assert Shared.objects.filter(project=project, organisation=bpifrance()).count() == 1
    wrong = {"geste": "consentir", "c-entreprise": project.firm_id, "c-texte": "oui", "c-date": "01/01/2031"}
    refused = pilot.post(address("disclosure:sharing"), wrong)
    assert refused.status_code == 422
    assert "à venir" in refused.content.decode()
    assert "Dites qui a signé" in refused.content.decode()
    assert not Consent.objects.exists()


def test_the_page_of_the_guide_says_the_same_table() -> None:
    text, table = PAGE.read_text(encoding="utf-8"), matrix()
    for role in Role:
        row = next(line for line in text.splitlines() if line.startswith(f"| {role.label} |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1:] == [table.words[table.sees(role, kind)] for kind in table.kinds]
        assert table.why[role] in text
    assert {role for role, _ in table.cells} == set(Role)
    for row in guide.rows(current_layout()):
        assert row in text, row
