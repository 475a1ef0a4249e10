"""What a remark says of two dozen projects is said in one line, which opens on their names."""

import pytest
from django.test import Client

from rebond.web.missions.models import Mission
from tests.web.addresses import address

pytestmark = pytest.mark.django_db
LAST = " : l’enveloppe ne peut légalement les financer entiers"


def shown(pilot: Client, monkeypatch: pytest.MonkeyPatch, names: int) -> str:
    named = [(f"Projet {rank}", f"/projet/{rank}/") for rank in range(names)]
    pieces = [piece for each in named for piece in ((", ", ""), each)][1:]
    monkeypatch.setattr("rebond.web.portfolio.robust_views.remarks_of", lambda *_: [[("", ""), *pieces, (LAST, "")]])
    return pilot.get(address("portfolio:robustness")).content.decode().replace("\u00a0", " ")


def test_a_few_names_are_read_at_once_and_many_are_folded_under_their_number(
    pilot: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"<summary>24 projets{LAST}" in shown(pilot, monkeypatch, 24)
    assert f"<summary>9 projets{LAST}" in shown(pilot, monkeypatch, 9)
    assert f"projets{LAST}" not in shown(pilot, monkeypatch, 3)


def test_nothing_is_said_settled_while_questions_were_left_unasked(pilot: Client) -> None:
    study = Mission.objects.get().current_study
    assert study is not None
    robust = {**(study.robustness or {}), "pour_trancher": [], "questions_examinees": 0, "questions_non_examinees": 9}
    type(study).objects.filter(pk=study.pk).update(robustness=robust)
    page = pilot.get(address("portfolio:robustness")).content.decode()
    assert "9 questions n’ont pas été examinées" in page
    assert "Rien n’est à trancher" not in page
