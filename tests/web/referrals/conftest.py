"""The mission of tests of referrals, a way out that its study proposes, and letters that leave at once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from rebond.web.missions.models import Mission
from rebond.web.studies.models import Referral


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


@pytest.fixture
def row(mission: Mission) -> Referral:
    """A way out to Bpifrance that the study of the sample proposes."""
    found = Referral.objects.found_by(mission.current_study).filter(organisation="bpifrance", kind="financeurs")
    first = found.select_related("project__firm").first()
    assert first is not None
    return first


@pytest.fixture
def leaving(
    django_capture_on_commit_callbacks: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], AbstractContextManager[Any]]:
    """Within it, letters leave as soon as what they tell is written."""
    monkeypatch.setattr("rebond.web.referrals.letters.send_later", lambda message: message.send())
    return lambda: django_capture_on_commit_callbacks(execute=True)
