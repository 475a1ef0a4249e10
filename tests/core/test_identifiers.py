"""SIREN and SIRET as spreadsheets break them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from rebond.identifiers import read_siren, read_siret


def _siren_of(stem: int) -> str:
    body = f"{stem:08d}"
    return body + luhn.calc_check_digit(body)


def _siret_of(siren: str, site: int) -> str:
    body = siren + f"{site:04d}"
    return body + luhn.calc_check_digit(body)


sirens = st.integers(min_value=1_000, max_value=99_999_999).map(_siren_of)
sirets = st.builds(_siret_of, sirens, st.integers(min_value=0, max_value=9_999)).filter(
    lambda siret: not siret.startswith("356000000")
)


@given(sirens)
def test_a_siren_stored_as_a_number_gets_its_leading_zeros_back(siren: str):
    assert read_siren(int(siren))[0] == siren
    assert read_siren(float(siren))[0] == siren
    assert read_siren(f"{int(siren)}.0")[0] == siren


@given(sirets)
def test_a_siret_stored_as_a_number_gets_its_leading_zeros_back(siret: str):
    assert read_siret(int(siret))[0] == siret
    assert read_siret(float(siret))[0] == siret


@given(sirets)
def test_scientific_notation_is_repaired_when_every_digit_is_there(siret: str):
    digits = str(int(siret))
    assert read_siret(f"{digits[0]}.{digits[1:]}E+{len(digits) - 1}")[0] == siret
    assert read_siret(f"{digits[0]},{digits[1:]}e{len(digits) - 1:02d}")[0] == siret


@given(sirets, st.integers(min_value=1, max_value=8))
def test_scientific_notation_is_refused_when_digits_are_lost(siret: str, lost: int):
    digits = str(int(siret))
    with pytest.raises(ValueError, match="le tableur a perdu"):
        read_siret(f"{digits[0]},{digits[1:-lost]}E+{len(digits) - 1}")


@given(sirens, st.sampled_from([" ", "\u00a0", "\u202f", ".", "-"]))
def test_separators_are_taken_away(siren: str, separator: str):
    written = separator.join((siren[:3], siren[3:6], siren[6:]))
    assert read_siren(written) == (siren, "séparateurs retirés")


@given(sirens)
def test_a_vat_number_gives_its_siren(siren: str):
    key = (12 + 3 * (int(siren) % 97)) % 97
    assert read_siren(f"FR {key:02d} {siren}")[0] == siren
    with pytest.raises(ValueError, match="la clé"):
        read_siren(f"FR{(key + 1) % 97:02d}{siren}")


@given(sirens, st.integers(min_value=0, max_value=8), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_always_seen(siren: str, position: int, shift: int):
    wrong = siren[:position] + str((int(siren[position]) + shift) % 10) + siren[position + 1 :]
    with pytest.raises(ValueError, match="SIREN"):
        read_siren(wrong)


@given(st.text(max_size=20) | st.integers() | st.floats() | st.booleans() | st.none())
def test_whatever_is_written_is_a_number_or_a_french_message(raw: object):
    for read, length in ((read_siren, 9), (read_siret, 14)):
        try:
            number = str(read(raw)[0])
        except ValueError as error:
            number = "0" * length if str(error) else ""
        assert len(number) == length
        assert number.isascii()
        assert number.isdigit()


def test_a_number_that_needs_no_repair_has_no_note():
    assert read_siren("552081317") == ("552081317", "")
    assert read_siret(82161143100015) == ("82161143100015", "")


def test_a_siret_in_place_of_a_siren_gives_the_siren_and_says_so():
    assert read_siren("82161143100015") == ("821611431", "SIREN tiré du SIRET")


def test_a_siren_in_place_of_a_siret_is_refused():
    with pytest.raises(ValueError, match="c'est un SIREN"):
        read_siret("552081317")


def test_the_sites_of_la_poste_escape_luhn():
    assert read_siret("35600000049837")[0] == "35600000049837"


@pytest.mark.parametrize(
    "raw", ["", None, True, "néant", "552081318", "000000000", 0, 12, 5.5, "5,52081E+08", "1234567890"]
)
def test_what_is_no_siren_is_refused(raw: object):
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own message
        read_siren(raw)
