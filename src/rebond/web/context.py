"""What every page needs: who publishes the site and under which brand."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Brand, demo mode and contact."""
    return {
        "state_brand": settings.MARQUE_ETAT,
        "demo": settings.DEMO,
        "operator": settings.OPERATOR,
        "contact": settings.CONTACT,
    }
