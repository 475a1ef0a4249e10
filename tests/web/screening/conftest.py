"""The day of the tests: dispositifs close, results must not."""

from datetime import date

import pytest

ON = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: ON)
