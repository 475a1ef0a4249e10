"""docs/comptes.md says what the code does: its durations, limits, roles and settings."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings

from rebond.web.accounts import moving
from rebond.web.accounts.second_factor import RECOVERY_CODES
from rebond.web.accounts.throttle import _PATIENCES
from rebond.web.missions.models import Role
from rebond.web.organisations.directory_views import MOST_WAITING
from rebond.web.organisations.people import VALID_FOR
from rebond.web.settings_file import _EXPLAINED
from rebond.web.support.acts import MINUTES

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "comptes.md").read_text(encoding="utf-8")


def test_the_page_of_accounts_says_the_figures_of_the_code() -> None:
    validators: list[dict[str, Any]] = settings.AUTH_PASSWORD_VALIDATORS  # type: ignore[assignment]  # typed as objects
    (shortest,) = (each["OPTIONS"]["min_length"] for each in validators if "OPTIONS" in each)
    by_both, by_address, _ = _PATIENCES
    warned = re.search(r"const WARNED = (\d+);", (ROOT / "src/rebond/web/static/rebond/session.js").read_text("utf-8"))
    assert warned is not None
    said = (
        f"valable **{VALID_FOR.days} jours**",
        f"**{shortest} caractères**",
        f"valable **{moving.VALID_FOR.total_seconds() / 3600:.0f} heures**, qui sert **une fois**",
        f"**{MOST_WAITING} invitations**",
        f"**{by_both.free} échecs** sur un même nom",
        f"jusqu'à **{by_both.most // 60} minutes**",
        f"**{by_address.free} échecs** d'une adresse",
        f"valable **{settings.PASSWORD_RESET_TIMEOUT // 3600} heures**",
        f"**{int(settings.SESSION_IDLE) // 60} minutes** sans geste",
        f"**{settings.SESSION_COOKIE_AGE // 3600} heures** quoi qu'on fasse",
        f"**{int(warned[1]) // 60} minutes** avant",
        f"**{RECOVERY_CODES} codes de secours**",
        f"**{MINUTES[0]}, {MINUTES[1]} ou {MINUTES[2]} minutes**",
    )
    assert [each for each in said if each not in PAGE] == []
    assert [role.label for role in Role if f"| {role.label} |" not in PAGE] == []
    named = set(re.findall(r"`(REBOND_\w+)[`=]", PAGE))
    assert named <= set(_EXPLAINED)
    assert {"REBOND_EMAIL", "REBOND_SECOND_FACTOR", "REBOND_SESSION_IDLE"} <= named
