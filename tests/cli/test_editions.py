"""``--edition``: for whom, said once and checked before anything is written."""

from __future__ import annotations

import click
import pytest

from rebond.cli._editions import recipient_of
from rebond.restitution.editions import Edition, Recipient


@pytest.mark.parametrize(
    ("edition", "whom", "presented", "agreed", "told"),
    [
        ("partenaire", "", (), (), "veut « --pour »"),
        ("entreprise", "", (), (), "veut « --pour »"),
        ("comite", "bpifrance", (), (), "va avec"),
        (None, "E001", (), (), "va avec"),
        ("presse", "", ("P001",), (), "« --presente »"),
        ("comite", "", (), ("E001",), "« --accord »"),
    ],
)
def test_an_option_that_would_be_lost_is_refused(
    edition: str | None, whom: str, presented: tuple[str, ...], agreed: tuple[str, ...], told: str
) -> None:
    with pytest.raises(click.UsageError, match=told):
        recipient_of(edition, whom, presented, agreed)


def test_without_an_edition_every_document_is_for_its_declared_reader() -> None:
    assert recipient_of(None, "", (), ()) is None
    partner = recipient_of("partenaire", "bpifrance", (), ("E001",))
    assert partner == Recipient(edition=Edition.PARTNER, organisation="bpifrance", agreed=frozenset({"E001"}))
    # Nobody said what was put before the committee: the candidates are, and not nothing.
    committee = recipient_of("comite", "", (), ())
    assert committee is not None
    assert committee.presented is None
