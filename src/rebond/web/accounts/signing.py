"""The one door by which someone is signed in, whatever proved who that is: a password, a letter, one day ProConnect."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from rebond.web.accounts.models import User
from rebond.web.accounts.second_factor import device_of, must_have

BACKEND = "rebond.web.accounts.backend.NameOrAddress"
HALF_WAY, TO_ENROL = "demi_connexion", "second_facteur_a_poser"
"""Keys of the session: whose password was given and code is awaited; whose second factor is to be set first."""
_CODE_AWAITED_FOR = 600


def sign_in(request: HttpRequest, user: User) -> None:
    """The person is signed in; confined to the page of the second factor when the instance asks for one."""
    request.session.pop(HALF_WAY, None)
    login(request, user, backend=BACKEND)
    if must_have(user) and device_of(user) is None:
        request.session[TO_ENROL] = True


def half_sign_in(request: HttpRequest, user: User, following: str) -> None:
    """The password was right; nobody is signed in until the code is."""
    request.session.cycle_key()
    request.session[HALF_WAY] = {"qui": user.pk, "le": int(time.time()), "suite": following}


def half_signed_in(request: HttpRequest) -> tuple[User, str] | None:
    """Whose code is awaited, and where the person was going; ``None`` when nobody's, or for too long."""
    told = request.session.get(HALF_WAY)
    if not told or time.time() - told["le"] > _CODE_AWAITED_FOR:
        return None
    user = User.objects.filter(pk=told["qui"], is_active=True).first()
    return (user, told["suite"]) if user else None


def enrolment_done(request: HttpRequest) -> None:
    """The person may go on."""
    request.session.pop(TO_ENROL, None)


def second_factor_asked() -> bool:
    """Whether the instance asks some people for a second factor."""
    return bool(settings.SECOND_FACTOR != "personne")
