"""The waiting periods of funders: read from their file, applied to what a firm received and declared."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rebond.data import data_folder
from rebond.eligibility.dictionary import load_dictionary
from rebond.eligibility.waits import Wait, load_waits
from rebond.facts import UNKNOWN, AidObtained, Firm

DICTIONARY = load_dictionary(data_folder() / "referentiels" / "faits.csv")
WAIT = Wait(
    fact="aide_gip_recente",
    end="nouvelle_aide_gip_le",
    spellings=("gip", "g i p"),
    years=2,
    source="essai",
    verified=True,
)
DECLARED, SILENT = Firm(id="F", name="F", aid_declared=True), Firm(id="F", name="F")


def aid(on: date, funder: str = "G.I.P. Haute-Marne", firm: str = "F") -> AidObtained:
    return AidObtained(
        id="A", firm_id=firm, funder=funder, label="", regime="de_minimis_2023", granted_on=on, amount=Decimal(1)
    )


def test_the_wait_lasts_until_the_eve_of_its_anniversary() -> None:
    granted = [aid(date(2024, 3, 1))]
    assert WAIT.facts_of(DECLARED, granted, date(2026, 2, 28)) == {
        "aide_gip_recente": True,
        "nouvelle_aide_gip_le": date(2026, 3, 1),
    }
    assert WAIT.facts_of(DECLARED, granted, date(2026, 3, 1))["aide_gip_recente"] is False


@pytest.mark.parametrize(
    "other",
    [
        aid(date(2026, 1, 1), funder="Région Grand Est"),
        aid(date(2026, 1, 1), funder="Agipro"),
        aid(date(2026, 1, 1), firm="G"),
        aid(date(2027, 1, 1)),
    ],
    ids=["another funder", "part of a word", "another firm", "granted later"],
)
def test_other_aid_opens_no_wait(other: AidObtained) -> None:
    assert WAIT.facts_of(DECLARED, [other], date(2026, 6, 1))["aide_gip_recente"] is False


def test_an_older_aid_says_nothing_of_what_was_not_declared() -> None:
    assert WAIT.facts_of(SILENT, [aid(date(2020, 1, 1))], date(2026, 6, 1))["aide_gip_recente"] is UNKNOWN


def test_every_fault_of_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "attentes.yaml"
    path.write_text(
        "attentes:\n"
        "  - {fait: aide_gip_recente, financeur: gip, ecrit: [gip], annees: 5, source: s, verifie: peut-être}\n"
        "  - {fait: effectif, financeur: gip, ecrit: [gip], annees: 5, source: s, verifie: oui}\n"
        "  - {fait: aide_gip_recente, financeur: autre, ecrit: [gip], annees: 5, source: s, verifie: oui}\n"
        "  - {fait: aide_gip_recente, financeur: gip, ecrit: [gip], annees: 0, source: s, verifie: oui}\n"
        "  - {fait: aide_gip_recente, financeur: gip, ecrit: gip, annees: 5, source: s, verifie: oui}\n"
        "  - {fait: aide_gip_recente, financeur: gip, ecrit: [gip], annees: 5, source: s, verifie: non}\n",
        encoding="utf-8",
    )
    waits, faults = load_waits(path, dictionary=DICTIONARY, organisations={"gip"})
    assert [wait.verified for wait in waits] == [False]
    assert [fault.where.split(",")[1] for fault in faults] == [f" ligne {line}" for line in (2, 3, 4, 5, 6)]
    assert "« effectif » n'est pas un oui ou non" in faults[1].problem
    assert "« autre » n'est pas une organisation" in faults[2].problem
    assert "une année au moins" in faults[3].problem
    assert "liste de mots" in faults[4].problem
