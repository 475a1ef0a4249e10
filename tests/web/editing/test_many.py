"""One field of several sheets: all of them or none, one gesture, one reason."""

from datetime import date

from rebond.history import Kind, rows_of
from rebond.web.journal.models import Entry
from rebond.web.missions.facts import census_of
from rebond.web.restitution.groups import group_of
from rebond.web.studies.models import Indicator
from tests.web.editing.conftest import messages_of

M = "/missions/chaumont-langres"
THREE = f"{M}/en-nombre/projets/?ref=P001&ref=P002&ref=P003"


def sent(text: str, reason: str = "lettres du 28/11") -> dict[str, str]:
    return {"projets.0.date_demande": text, "motif": reason}


def test_a_field_is_given_to_all_the_sheets_chosen_in_one_gesture_that_is_undone_at_once(pilot, mission):
    before = rows_of(census_of(mission))
    page = messages_of(pilot.get(f"{THREE}&champ=date_demande").content.decode())
    assert "Donner cette valeur à 3 fiches" in page
    assert pilot.post(f"{THREE}&champ=date_demande", sent("28/11/2026")).status_code == 302
    after = rows_of(census_of(mission))
    changed = {key for key, row in after.items() if row != before[key]}
    assert changed == {(Kind.PROJECT, ref) for ref in ("P001", "P002", "P003")}
    assert {after[key].applied_on for key in changed} == {date(2026, 11, 28)}
    (gesture,) = set(Entry.objects.filter(reason="lettres du 28/11").values_list("gesture", flat=True))
    pilot.post(f"{M}/journal/{gesture}/annuler/")
    assert rows_of(census_of(mission)) == before


def test_a_value_that_one_sheet_refuses_is_given_to_none(pilot, mission):
    before = census_of(mission)
    starts = sorted((row.starts_on, row.id) for row in before.projects if isinstance(row.starts_on, date))
    (early, first), (late, last) = starts[0], starts[-1]
    assert early < late
    address = f"{M}/en-nombre/projets/?ref={first}&ref={last}&champ=fin"
    # After the start of the one, before that of the other.
    response = pilot.post(address, {"projets.0.fin": f"{early:%d/%m/%Y}", "motif": "x"})
    assert response.status_code == 422
    assert "ne convient pas à 1 fiche" in messages_of(response.content.decode())
    assert pilot.post(f"{THREE}&champ=date_demande", sent("28/11/2026", reason="")).status_code == 422
    assert pilot.post(f"{THREE}&champ=date_demande", sent("45/12/2026")).status_code == 422
    assert census_of(mission) == before
    assert "Aucune fiche" in pilot.get(f"{M}/en-nombre/projets/").content.decode()
    assert pilot.get(f"{M}/en-nombre/comites/?ref=P001").status_code == 404
    assert pilot.get(f"{M}/en-nombre/projets/?ref=P999&champ=fin").status_code == 302


def test_every_figure_is_in_the_group_of_its_family_and_is_found_by_its_words(pilot, sample_result, mission):
    families: dict[str, set[str]] = {}
    for indicator in sample_result.indicators:
        families.setdefault(indicator.family, set()).add(group_of(indicator.code))
    assert all(len(groups) == 1 for family, groups in families.items() if family)
    page = pilot.get(f"{M}/indicateurs/").content.decode()
    assert all(f"/indicateurs/{code}/" in page for code in Indicator.objects.values_list("code", flat=True))
    found = pilot.get(f"{M}/indicateurs/?q=langres").content.decode()
    assert "Investissement — Langres" in found
    assert "Entreprises recensées" not in found
