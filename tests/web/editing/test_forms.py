"""Facts entered and corrected on the site: read as the workbook is, through the one door, nothing typed lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from rebond.facts import UNKNOWN, Band
from rebond.history import Kind, diff, rows_of
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import save
from rebond.web.editing.models import Draft
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from tests.web.conftest import signed_in
from tests.web.editing.conftest import Controls, filled, messages_of

M = "/missions/chaumont-langres"
P1 = f"{M}/projets/P001"


def project(mission, ref="P001"):
    return rows_of(census_of(mission))[Kind.PROJECT, ref]


@pytest.mark.parametrize(
    "address",
    [
        f"{P1}/modifier/",
        f"{P1}/couts/",
        f"{M}/entreprises/E001/modifier/",
        f"{M}/aides/A001/modifier/",
        f"{M}/entretiens/R001/modifier/",
        f"{M}/reglages/",
    ],
)
def test_a_form_sent_back_as_it_is_shown_changes_nothing(pilot, mission, address):
    before = census_of(mission)
    response = pilot.post(address, filled(pilot, address), follow=True)
    assert "Rien n’a changé" in response.content.decode()
    assert census_of(mission) == before
    assert not Entry.objects.exists()


def test_every_project_and_firm_is_shown_without_losing_anything(pilot, mission):
    before = census_of(mission)
    for ref in ("P003", "P015", "P040"):
        pilot.post(f"{M}/projets/{ref}/modifier/", filled(pilot, f"{M}/projets/{ref}/modifier/"))
        pilot.post(f"{M}/projets/{ref}/couts/", filled(pilot, f"{M}/projets/{ref}/couts/"))
    for ref in ("E007", "E020"):
        pilot.post(f"{M}/entreprises/{ref}/modifier/", filled(pilot, f"{M}/entreprises/{ref}/modifier/"))
    assert census_of(mission) == before


def test_a_fact_is_corrected_and_the_others_stay(pilot, mission):
    before = project(mission)
    sent = filled(pilot, f"{P1}/modifier/", projets__0__emplois_crees="42", projets__0__debut="inconnu")
    response = pilot.post(f"{P1}/modifier/", sent, follow=True)
    assert "l’étude sera refaite" in response.content.decode()
    assert project(mission) == replace(
        before, jobs_created=42, starts_on=UNKNOWN, asked=(("debut", timezone.localdate()),)
    )


def test_every_fault_is_told_at_the_top_and_at_its_field_and_what_was_typed_stays(pilot, mission):
    before = census_of(mission)
    typed = {"projets__0__emplois_crees": "beaucoup", "projets__0__debut": "le 31/02/2027", "projets__0__intitule": ""}
    response = pilot.post(f"{P1}/modifier/", filled(pilot, f"{P1}/modifier/", **typed))
    page = response.content.decode()
    assert "3 champs à corriger" in page
    for name in ("emplois_crees", "debut", "intitule"):
        assert f'href="#projets-0-{name}"' in page
        assert f'id="projets-0-{name}-erreur"' in page
    assert 'value="beaucoup"' in page
    assert 'value="le 31/02/2027"' in page
    assert census_of(mission) == before
    assert Draft.objects.get().typed["projets.0.emplois_crees"] == ["beaucoup"]


def test_a_firm_then_its_project_with_costs_are_created(pilot, mission):
    sent = filled(
        pilot,
        f"{M}/entreprises/nouvelle/",
        entreprises__0__nom="Fonderie d’essai",
        entreprises__0__commune="Chaumont (52)",
        entreprises__0__annee_n="2025",
        entreprises__0__ca_n="1,2 M€",
    )
    response = pilot.post(f"{M}/entreprises/nouvelle/", sent)
    assert response["Location"] == f"{M}/entreprises/E051/"
    assert pilot.get(response["Location"]).status_code == 200
    address = f"{M}/projets/nouveau/?entreprise=E051"
    lines = {
        "projets__0__intitule": "Four à induction",
        "depenses__0__nature": "materiel",
        "depenses__0__annee": "2027",
        "depenses__0__montant": "12 400,50",
        "depenses__1__nature": "batiment",
        "depenses__1__annee": "2028",
        "depenses__1__montant": "0,3 M€",
    }
    response = pilot.post(address, filled(pilot, address, **lines))
    assert response["Location"] == f"{M}/projets/P078/"
    assert pilot.get(response["Location"]).status_code == 200
    assert pilot.get(f"{M}/projets/").status_code == pilot.get(f"{M}/entreprises/").status_code == 200
    made = project(mission, "P078")
    assert (made.firm_id, made.title, made.commune) == ("E051", "Four à induction", "52121")
    assert [(line.id, line.amount) for line in made.costs] == [
        ("P078-1", Decimal("12400.5")),
        ("P078-2", Decimal(300_000)),
    ]


def test_a_form_sent_twice_makes_one_project(pilot, mission):
    address = f"{M}/projets/nouveau/?entreprise=E001"
    sent = filled(pilot, address, projets__0__intitule="Presse neuve")
    assert pilot.post(address, sent)["Location"] == pilot.post(address, sent)["Location"] == f"{M}/projets/P078/"
    assert (Kind.PROJECT, "P079") not in rows_of(census_of(mission))


def test_a_siren_that_another_firm_has_is_refused(pilot, mission):
    siren = next(firm.siren for firm in census_of(mission).firms if firm.siren is not UNKNOWN)
    typed = {"nom": "Doublon", "commune": "Langres", "siren": siren}
    sent = filled(
        pilot, f"{M}/entreprises/nouvelle/", **{f"entreprises__0__{key}": text for key, text in typed.items()}
    )
    page = pilot.post(f"{M}/entreprises/nouvelle/", sent).content.decode()
    assert "déjà enregistré" in messages_of(page)
    assert 'href="#entreprises-0-siren"' in page


def test_new_accounts_keep_the_years_before(pilot, mission):
    address = f"{M}/entreprises/E001/modifier/"
    before = rows_of(census_of(mission))[Kind.FIRM, "E001"]
    year = before.accounts[0].year
    sent = filled(pilot, address, entreprises__0__annee_n=str(year + 2), entreprises__0__ca_n="9 000 000")
    pilot.post(address, sent)
    after = rows_of(census_of(mission))[Kind.FIRM, "E001"]
    assert [each.year for each in after.accounts][:1] == [year + 2]
    assert set(before.accounts) <= set(after.accounts)


def test_a_line_emptied_in_the_grid_is_withdrawn_and_the_others_keep_their_name(pilot, mission):
    before = project(mission, "P015").costs
    assert len(before) > 1
    address = f"{M}/projets/P015/couts/"
    blank = dict.fromkeys(("intitule", "nature", "annee", "montant"), "")
    pilot.post(address, filled(pilot, address, **{f"depenses__0__{key}": "" for key in blank}))
    assert project(mission, "P015").costs == before[1:]


def test_no_amount_is_guessed_in_the_grid(pilot, mission):
    for typed, said in (("12 k€ TTC", "toutes taxes comprises"), ("12,400", "milliers ou décimales")):
        page = pilot.post(f"{P1}/couts/", filled(pilot, f"{P1}/couts/", depenses__0__montant=typed)).content.decode()
        assert said in page
        assert f'value="{typed}"' in page


def test_a_pasted_block_is_shown_before_it_is_saved(pilot, mission):
    before = project(mission)
    block = "Presse\tÉquipements de production\t2027\t120 000\nHalle ; toit\t2028\tBâtiments et aménagements\t80 k€\n"
    sent = filled(pilot, f"{P1}/couts/") | {"geste": ["coller"], "coller": [block]}
    page = pilot.post(f"{P1}/couts/", sent).content.decode()
    assert "2 lignes comprises" in page
    assert project(mission) == before
    pilot.post(f"{P1}/couts/", Controls(page).values | {"geste": ["enregistrer"]})
    added = project(mission).costs[len(before.costs) :]
    assert [(line.label, line.nature, line.year, line.amount) for line in added] == [
        ("Presse", "materiel", 2027, Decimal(120_000)),
        ("Halle ; toit", "batiment", 2028, Decimal(80_000)),
    ]


def test_a_line_is_added_without_javascript(pilot, mission):
    sent = filled(pilot, f"{P1}/couts/") | {"geste": ["ligne:depenses"]}
    page = pilot.post(f"{P1}/couts/", sent).content.decode()
    assert page.count(".montant") == len(project(mission).costs) + 3


def test_an_interview_brings_a_new_firm_needs_and_two_projects(pilot, mission):
    address = f"{M}/entretiens/nouveau/"
    sent = filled(
        pilot,
        address,
        entreprises__0__nom="Scierie d’essai",
        entreprises__0__commune="Langres",
        entretiens__0__date="12/09/2026",
        entretiens__0__besoin_competences="deux affûteurs",
        projets__0__intitule="Séchoir",
        projets__0__emplois_crees="2",
        depenses__0__montant="400 k€",
        depenses__0__nature="materiel",
        depenses__0__annee="2027",
        projets__1__intitule="Ligne de tri",
        projets__1__travaux_commences="oui",
    )
    response = pilot.post(address, sent)
    assert response.status_code == 302, messages_of(response.content.decode())
    assert response["Location"].endswith("/avant-de-partir/")
    assert pilot.get(response["Location"]).status_code == 200
    census = census_of(mission)
    (firm,) = (each for each in census.firms if each.name == "Scierie d’essai")
    (interview,) = (each for each in census.interviews if each.firm_id == firm.id)
    assert (interview.held_on, interview.needs[0].text) == (date(2026, 9, 12), "deux affûteurs")
    heard = [each for each in census.projects if each.firm_id == firm.id]
    assert [(each.title, each.total_cost, each.works_started) for each in heard] == [
        ("Séchoir", Decimal(400_000), UNKNOWN),
        ("Ligne de tri", Decimal(0), True),
    ]


def test_a_cost_without_a_project_and_a_firm_twice_are_said(pilot, mission):
    name = census_of(mission).firms[0].name
    typed = {"entreprises__0__nom": name, "entreprises__0__commune": "Langres", "depenses__0__montant": "12 000"}
    sent = filled(pilot, f"{M}/entretiens/nouveau/", entretiens__0__date="12/09/2026", **typed)
    page = pilot.post(f"{M}/entretiens/nouveau/", sent).content.decode()
    assert 'href="#projets-0-intitule"' in page
    assert "déjà recensée" in messages_of(page)


def test_questions_before_leaving_are_three_at_most_and_unlock_euros(pilot, mission):
    page = messages_of(pilot.get(f"{M}/entretiens/R001/avant-de-partir/").content.decode())
    assert page.count("d’aide en plus") <= 3


def test_a_mission_words_its_own_criteria_from_those_of_the_catalogue(pilot, mission):
    """The lines of the catalogue, one reworded, one taken away, one added; marks are kept; undone, all is as before."""
    address, before = f"{M}/reglages/", census_of(mission).settings
    assert "Partir des critères du catalogue" in pilot.get(address).content.decode()
    sent = filled(
        pilot,
        f"{address}?criteres=catalogue",
        criteres__2__libelle="Sobriété et énergie",
        criteres__4__code="",
        criteres__4__libelle="",
        criteres__4__poids="",
        criteres__4__calcul="",
        criteres__4__reperes="",
    )
    pilot.post(address, sent)
    own = census_of(mission).settings
    assert [each.code for each in own.criteria] == ["emplois", "maturite", "decarbonation", "ancrage", "levier"]
    reworded = own.criteria[2]
    assert (reworded.label, len(reworded.anchors)) == ("Sobriété et énergie", 6)
    assert reworded.weight == 15
    assert own == replace(before, criteria=own.criteria, weights=())
    board = pilot.get(f"{M}/appel/notes/").content.decode()
    assert "Sobriété et énergie" in board
    assert "Caractère innovant" not in board
    assert "Partir des critères du catalogue" not in pilot.get(address).content.decode()
    gesture = Entry.objects.values_list("gesture", flat=True).first()
    pilot.post(f"{M}/journal/{gesture}/annuler/", {"motif": "essai"})
    assert census_of(mission).settings == before
    assert "Caractère innovant" in pilot.get(f"{M}/appel/notes/").content.decode()


def test_settings_change_and_the_other_assumptions_stay(pilot, mission):
    sent = filled(pilot, f"{M}/reglages/", mission__0__plafond_par_projet="450 000")
    before = census_of(mission).settings
    pilot.post(f"{M}/reglages/", sent)
    after = census_of(mission).settings
    assert after == replace(before, envelope=replace(before.envelope, max_per_project=Decimal(450_000)))


def test_the_call_is_of_a_dispositif_of_the_catalogue(pilot, mission):
    address, before = f"{M}/reglages/", census_of(mission).settings
    wrong = pilot.post(address, filled(pilot, address, mission__0__dispositif_appel="bpifrance/rebond"))
    assert "Le catalogue n’a pas de dispositif de cet identifiant" in messages_of(wrong.content.decode())
    assert census_of(mission).settings == before
    pilot.post(address, filled(pilot, address, mission__0__dispositif_appel="bpifrance/rebond-industriel"))
    assert census_of(mission).settings.envelope.dispositif == "bpifrance/rebond-industriel"

    left = replace(before, envelope=replace(before.envelope, dispositif="bpifrance/disparu"))
    save(mission, {(Kind.SETTINGS, ""): left}, by=Author(user=None))
    pilot.post(address, filled(pilot, address, mission__0__plafond_par_projet="450 000"))
    after = replace(left.envelope, max_per_project=Decimal(450_000))
    assert census_of(mission).settings.envelope == after, "one that left the catalogue since stops nothing else"


def test_an_aid_is_added_corrected_and_withdrawn(pilot, mission):
    add = f"{M}/entreprises/E001/aides/nouvelle/"
    typed = {"financeur": "Région Grand Est", "regime": "de_minimis_2023", "date_octroi": "3 mars 2026"}
    sent = filled(
        pilot, add, **{f"aides__0__{key}": text for key, text in typed.items()}, aides__0__montant="60 k€ – 90 k€"
    )
    assert pilot.post(add, sent).status_code == 302
    aid = census_of(mission).aids[-1]
    assert (aid.firm_id, aid.amount) == ("E001", Band(least=Decimal(60_000), most=Decimal(90_000)))
    edit = f"{M}/aides/{aid.id}/modifier/"
    pilot.post(edit, filled(pilot, edit, aides__0__montant="75 000"))
    assert census_of(mission).aids[-1] == replace(aid, amount=Decimal(75_000))
    pilot.post(f"{M}/aides/{aid.id}/retirer/", filled(pilot, f"{M}/aides/{aid.id}/retirer/"))
    assert aid.id not in {each.id for each in census_of(mission).aids}


def test_a_firm_with_projects_is_not_withdrawn_and_the_list_is_given(pilot, mission):
    page = pilot.post(f"{M}/entreprises/E001/retirer/", {"motif": "doublon"}).content.decode()
    assert "Le retrait n’est pas possible" in page
    assert "/projets/P0" in page
    assert (Kind.FIRM, "E001") in rows_of(census_of(mission))


def test_a_project_is_withdrawn_with_a_reason_and_comes_back(pilot, mission):
    before = census_of(mission)
    assert "Écrivez le motif" in pilot.post(f"{P1}/retirer/", {"motif": " "}).content.decode()
    pilot.post(f"{P1}/retirer/", {"motif": "abandonné par le dirigeant"})
    assert (Kind.PROJECT, "P001") not in rows_of(census_of(mission))
    gesture = Entry.objects.latest("position").gesture
    assert Entry.objects.latest("position").reason == "abandonné par le dirigeant"
    pilot.post(f"{M}/journal/{gesture}/annuler/", {})
    assert diff(census_of(mission), before) == ()


def test_two_people_on_one_sheet_lose_nothing(pilot, mission):
    other = signed_in("consultant")
    address = f"{P1}/modifier/"
    first = filled(pilot, address, projets__0__intitule="Four neuf", projets__0__emplois_crees="11")
    second = filled(other, address, projets__0__intitule="Four d’occasion", projets__0__emplois_maintenus="7")
    pilot.post(address, first)
    page = other.post(address, second)
    text = messages_of(page.content.decode())
    assert "Ce que pilote a enregistré" in text
    assert "Four neuf" in text
    assert "Four d’occasion" in text
    assert (project(mission).title, project(mission).jobs_kept) != ("Four d’occasion", 7)
    again = Controls(page.content.decode()).values | {"choix:projet:P001:title": ["moi"]}
    other.post(address, again)
    done = project(mission)
    assert (done.title, done.jobs_created, done.jobs_kept) == ("Four d’occasion", 11, 7)


def test_a_session_that_ended_while_typing_brings_the_typed_form_back(pilot, mission):
    address = f"{P1}/modifier/"
    sent = filled(pilot, address, projets__0__intitule="Tapé pendant une heure")
    pilot.logout()
    response = pilot.post(address, sent)
    assert response["Location"].startswith("/connexion/?next=")
    assert "brouillon%3D1" in response["Location"]
    again = signed_in("pilote")
    assert "Reprendre ma saisie" in again.get(address).content.decode()
    page = again.get(f"{address}?brouillon=1").content.decode()
    assert 'value="Tapé pendant une heure"' in page
    again.post(address, Controls(page).values | {"geste": ["enregistrer"]})
    assert project(mission).title == "Tapé pendant une heure"
    assert not Draft.objects.exists()


def test_a_page_older_than_the_last_sign_in_keeps_what_it_held(pilot, mission):
    address = f"{P1}/modifier/"
    sent = filled(pilot, address, projets__0__intitule="Tapé dans l’autre onglet")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="pilote"))
    response = strict.post(address, sent | {"csrfmiddlewaretoken": ["ancien"]})
    assert response["Location"] == f"{address}?brouillon=1"
    assert 'value="Tapé dans l’autre onglet"' in strict.get(response["Location"]).content.decode()
    assert strict.post(address, sent | {"auteur": ["faux"]}).status_code == 403
    assert strict.post(f"{M}/saisies-en-cours/", sent | {"adresse": [address]}).status_code == 204
    assert project(mission).title != "Tapé dans l’autre onglet"


def test_a_draft_is_kept_for_the_one_who_opened_the_page_only(pilot, mission):
    address = f"{P1}/modifier/"
    sent = filled(pilot, address, projets__0__intitule="En cours")
    keep = f"{M}/saisies-en-cours/"
    assert pilot.post(keep, sent | {"adresse": [address]}).status_code == 204
    assert "Reprendre ma saisie" not in signed_in("consultant").get(address).content.decode()
    assert signed_in("consultant").post(keep, sent | {"adresse": [address]}).status_code == 403
    assert pilot.post(keep, sent | {"adresse": ["/ailleurs/"]}).status_code == 403
    assert pilot.post(keep, sent | {"adresse": [address], "auteur": ["faux"]}).status_code == 403
    pilot.post(address, {"geste": "oublier"})
    assert not Draft.objects.exists()


def test_the_history_of_a_row_restores_a_value(pilot, mission):
    title = project(mission).title
    pilot.post(f"{P1}/modifier/", filled(pilot, f"{P1}/modifier/", projets__0__intitule="Autre titre"))
    page = messages_of(pilot.get(f"{P1}/historique/").content.decode())
    assert "Rétablir cette valeur" in page
    assert "Autre titre" in page
    entry = Entry.objects.get()
    response = pilot.post(f"{M}/journal/{entry.pk}/retablir/", {"retour": f"{P1}/historique/"})
    assert response["Location"] == f"{P1}/historique/"
    assert project(mission).title == title


def test_the_journal_is_filtered_by_person_kind_and_day(pilot, mission):
    pilot.post(f"{P1}/modifier/", filled(pilot, f"{P1}/modifier/", projets__0__intitule="Autre titre"))
    for query, there in (("qui=pilote", True), ("genre=entreprise", False), ("depuis=01/01/2100", False)):
        assert ("Autre titre" in pilot.get(f"{M}/journal/?{query}").content.decode()) is there
    assert "pas" in pilot.get(f"{M}/journal/?depuis=hier").content.decode()


def test_an_address_of_elsewhere_is_no_way_back(pilot, mission):
    pilot.post(f"{P1}/modifier/", filled(pilot, f"{P1}/modifier/", projets__0__intitule="Autre titre"))
    response = pilot.post(f"{M}/journal/{Entry.objects.get().pk}/retablir/", {"retour": "https://ailleurs.example/"})
    assert response["Location"] == f"{M}/journal/"
