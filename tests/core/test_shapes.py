"""What a referential that advisers edit may hold where a text is wanted."""

from pathlib import Path

import pytest

from rebond.data.shapes import TEXT, block, many, read_shaped
from rebond.errors import CatalogueError

SHAPE = block(mots=many(TEXT))


def test_a_date_is_no_text(tmp_path: Path) -> None:
    """YAML reads 9999-12-31 as a date: it came as far as the words of a trade, and stopped there with a trace."""
    path = tmp_path / "mots.yaml"
    path.write_text("mots: [SOUDURE, 9999-12-31]\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_shaped(path, SHAPE)
    assert [(fault.problem, fault.mend) for fault in caught.value.faults] == [
        ("une date, au lieu d'un texte", "écrire un texte")
    ]


def test_words_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mots.yaml"
    path.write_text("mots: [SOUDURE, TOLERIE]\n", encoding="utf-8")
    assert read_shaped(path, SHAPE).data == {"mots": ["SOUDURE", "TOLERIE"]}
