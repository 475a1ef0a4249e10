"""A database that others keep busy: a page in French, and what was typed is found again."""

import re

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from rebond.web.editing import flow
from rebond.web.guard.requests import is_busy
from tests.web.addresses import MISSION

pytestmark = pytest.mark.django_db


def test_a_save_that_finds_the_database_busy_keeps_what_was_typed(
    pilot: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("editing:new_firm", args=[MISSION])
    page = pilot.get(address).content.decode()
    author = re.search(r'name="auteur" value="([^"]+)"', page)
    assert author

    def busy(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(flow, "save", busy)
    monkeypatch.setattr(flow, "_wanted", lambda *_: {})
    answer = pilot.post(address, {"auteur": author[1], "entreprises.0.nom": "Forges de l’Essai"})
    assert answer.status_code == 503
    assert "ce que vous avez tapé est gardé" in answer.content.decode()
    assert "Forges de l’Essai" in pilot.get(f"{address}?brouillon=1").content.decode()


def test_only_a_wait_for_others_is_called_busy() -> None:
    assert is_busy(OperationalError("canceling statement due to lock timeout"))
    assert not is_busy(OperationalError("no such table: projets"))
    assert not is_busy(ValueError("database is locked"))
