"""Every confidence of the sample, searched for in every document that leaves the team."""

from __future__ import annotations

from pathlib import Path

import pytest

from rebond.adapters.documents.writing import NAMES, SHEETS
from rebond.referrals.orient import ReferralKind
from rebond.restitution.confidences import confidences
from rebond.restitution.editions import COMMITTEE
from rebond.results import MissionResult
from tests.confidential import bare as _bare
from tests.confidential import leaks
from tests.confidential import said_by as _told
from tests.confidential import sentences as _sentences


def _secrets(result: MissionResult) -> dict[str, str]:
    """What was told to the team alone → what it is."""
    found: dict[str, str] = {}
    for project in result.projects:
        if any(referral.kind is ReferralKind.DIFFICULTY for referral in project.referrals):
            found |= dict.fromkeys((project.firm.name, project.project.title, str(project.firm.siren)), "prévention")
    for interview in result.census.interviews:
        found |= dict.fromkeys(_sentences(interview.minutes), "compte rendu")
        found |= dict.fromkeys((each for need in interview.needs for each in _sentences(need.text)), "besoin")
        found |= dict.fromkeys(filter(None, interview.interviewer.split(" et ")), "contact")
    return {str(secret): kind for secret, kind in found.items()}


def test_every_document_has_a_declared_reader() -> None:
    assert frozenset(confidences().documents) == NAMES | SHEETS


@pytest.mark.parametrize("name", sorted(confidences().outside - SHEETS))
def test_no_confidence_of_the_sample_leaves_the_team(folder: Path, result: MissionResult, name: str) -> None:
    secrets = _secrets(result)
    assert set(secrets.values()) == {"prévention", "compte rendu", "besoin", "contact"}
    said = _told(folder / name)
    for word in ("conciliation", "codefi", "préventiondesdifficultés", "enprévention"):
        assert word not in said, word
    assert {secret: kind for secret, kind in secrets.items() if _bare(secret) in said} == {}
    assert leaks(said, result, COMMITTEE) == set()


def test_the_search_would_find_them_in_the_documents_of_the_team(folder: Path, result: MissionResult) -> None:
    team = "".join(_told(folder / name) for name in NAMES - confidences().outside)
    found = {kind for secret, kind in _secrets(result).items() if _bare(secret) in team}
    assert {"prévention", "besoin"} <= found


def test_prevention_is_counted_under_words_that_do_not_tell_it(folder: Path) -> None:
    said = _told(folder / "restitution.html")
    assert "conf1accompagnementconfidentiel" in said
    assert "projetsorientésversaccompagnementconfidentiel" in said
