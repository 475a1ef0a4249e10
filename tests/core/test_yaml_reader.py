"""A code, an hour or a word in a file that advisers edit is what a French reader takes it for.

YAML 1.1 knows octal, binary and sexagesimal numbers, underscores and English words for true and false: the code of
the canton 010 became 8, and an opening hour 750.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rebond.data.shapes import WHOLE, block, read_shaped
from rebond.data.yamlfile import read_yaml
from rebond.data.yamlnodes import YamlBuilder
from rebond.errors import CatalogueError


def read(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "essai.yaml"
    path.write_text(text, encoding="utf-8")
    file = read_yaml(path)
    assert not file.faults, "\n".join(map(str, file.faults))
    return file.data


@pytest.mark.parametrize(
    "written",
    ["01", "08", "09", "010", "0010", "-010", "0x1F", "0b101", "0o17", "1_000", "12:30", "1:30.5", "007.5", "1_0.5"],
)
def test_a_number_that_no_french_reader_would_read_so_stays_as_written(written: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"valeur: {written}\n") == {"valeur": written}


@pytest.mark.parametrize("written", ["yes", "no", "on", "off", "Yes", "NO", "On", "oui", "non", "y", "n"])
def test_a_word_is_no_truth_value_but_true_and_false(written: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"valeur: {written}\n") == {"valeur": written}


@pytest.mark.parametrize("written", ["2026-1-5", "2026-01-05 12:00:00", "2026-01-05T12:00:00Z"])
def test_a_day_is_written_in_full_and_has_no_hour(written: str, tmp_path: Path) -> None:
    """A day with an hour passed for a date and could not be compared with one."""
    assert read(tmp_path, f"valeur: {written}\n") == {"valeur": written}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0", 0),
        ("10", 10),
        ("-3", -3),
        ("+5", 5),
        ("1.5", 1.5),
        ("0.25", 0.25),
        ("true", True),
        ("False", False),
        ("2026-10-05", date(2026, 10, 5)),
        ("~", None),
        ("", None),
    ],
)
def test_plain_numbers_dates_and_truth_values_are_read(written: str, meant: object, tmp_path: Path) -> None:
    assert read(tmp_path, f"valeur: {written}\n") == {"valeur": meant}


def test_a_number_written_with_a_leading_zero_is_refused_where_a_number_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "essai.yaml"
    path.write_text("mois: 010\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_shaped(path, block(mois=WHOLE))
    assert [(fault.found, fault.problem) for fault in caught.value.faults] == [
        ("010", "type inattendu (un entier attendu)")
    ]


@given(st.from_regex(r"[0-9]{1,12}", fullmatch=True))
def test_a_code_of_digits_keeps_its_digits(code: str) -> None:
    """What is read, written again, is what was written: no digit of a code is ever lost."""
    root = yaml.compose(code, Loader=yaml.CSafeLoader)
    assert root is not None
    assert str(YamlBuilder("essai").build(root, ())) == code
