"""Lists as partners send them, generated: encoding, separator, titles above, totals below."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rebond.adapters.partner_lists import ListFormat, ListReading, Proposal, Request, load_formats, read_list
from rebond.adapters.workbook import Layout
from rebond.cli import main
from rebond.data import data_folder
from rebond.reading.choices import Choice

Rows = Sequence[Sequence[object]]

HEADER = ("Bénéficiaire", "SIRET", "Commune", "Objet", "Montant voté", "Date CP")
FORGE = ("Forges d'Essai", "00000001800010", "Nogent", "Presse à vis", "45 500,00", "27/02/2026")
CHEESE = ("Fromagerie de l'Étoile", "[ND]", "Langres", "Cave d'affinage", "NC", "2025-09-30")


def text_of(rows: Rows, separator: str = ";") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()


@pytest.fixture(scope="session")
def formats() -> tuple[ListFormat, ...]:
    return load_formats(data_folder() / "formats_financeurs")


@pytest.fixture(scope="session")
def organisations(layout: Layout) -> tuple[Choice, ...]:
    return layout.sheet("listes").column("partenaire").choices


@pytest.fixture(scope="session")
def read(formats: tuple[ListFormat, ...], organisations: tuple[Choice, ...]) -> Callable[..., ListReading | Proposal]:
    def _read(path: Path, *, partner: str = "region-grand-est") -> ListReading | Proposal:
        return read_list(path, Request(partner=partner), formats=formats, organisations=organisations)

    return _read


@pytest.fixture
def lines(read, tmp_path: Path) -> Callable[..., ListReading]:
    """What is read of some rows, written as a CSV."""

    def _lines(*rows: Sequence[object], partner: str = "region-grand-est") -> ListReading:
        path = tmp_path / "liste.csv"
        path.write_text(text_of(rows), encoding="utf-8")
        found = read(path, partner=partner)
        assert isinstance(found, ListReading)
        return found

    return _lines


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., Result]:
    """``rebond census lists import`` on rows, or on a file, in the test's folder."""

    def _command(source: Rows | Path, *options: str) -> Result:
        path = source if isinstance(source, Path) else tmp_path / "liste.csv"
        if not isinstance(source, Path):
            path.write_text(text_of(source), encoding="utf-8")
        placed = [str(tmp_path / each) if each.endswith((".csv", ".xlsx", ".yaml")) else each for each in options]
        return CliRunner().invoke(main, ["census", "lists", "import", str(path), *placed])

    return _command
