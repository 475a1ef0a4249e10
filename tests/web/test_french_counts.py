"""French counts: nothing and one are singular, and so is what is not yet two."""

from decimal import Decimal

import pytest
from django.template import engines

from rebond.web.studies.models import Indicator


def written(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "projet"),
        (1, "projet"),
        (Decimal("1.5"), "projet"),
        (2, "projets"),
        ([], "projet"),
        ("12", "projets"),
        (None, "projet"),
        ("", "projet"),
    ],
)
def test_every_template_counts_as_french_does(count: object, said: str) -> None:
    assert written("projet{{ n|pluralize }}", n=count) == said


def test_two_words_stand_for_one_and_for_many() -> None:
    assert written('{{ n|pluralize:"est,sont" }}', n=0) == "est"
    assert written('{{ n|pluralize:"est,sont" }}', n=["a", "b"]) == "sont"
    assert written('{{ n|pluralize:"x" }}', n=3) == "x"


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("non renseigné", 0, "Emplois à créer"),
        ("0 emploi", 0, "Emploi à créer"),
        ("entre 1 et 2 emplois", 1, "Emplois à créer"),
        ("au plus 4 emplois", 0, "Emplois à créer"),
        ("au moins 135 emplois", 135, "Emplois à créer"),
    ],
)
def test_a_tile_is_singular_only_for_one_or_none(text: str, value: int, said: str) -> None:
    figure = Indicator(label="Emplois à créer", unit="emplois", text=text, value=Decimal(value))
    assert written("{{ figure|heading }}", figure=figure) == said
