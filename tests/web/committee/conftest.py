"""The sample mission, for the tests of its committee."""

import pytest

from rebond.web.missions.models import Mission


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()
