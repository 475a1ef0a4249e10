"""What every page needs: who publishes the site and under which brand."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from rebond.web.catalogue.reading import current_banner


def site(request: HttpRequest) -> dict[str, object]:
    """Brand, demo mode and contact."""
    return {
        "state_brand": settings.MARQUE_ETAT,
        "demo": settings.DEMO,
        "operator": settings.OPERATOR,
        "contact": settings.CONTACT,
        "support": getattr(request, "support", None),
        "session_left": getattr(request, "session_left", None),
        # Read only by the pages that show it.
        "law_banner": SimpleLazyObject(current_banner),
    }
