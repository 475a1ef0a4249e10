"""Who is there, by the name of the account or the address of its letters."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest

from rebond.web.accounts.models import User


class NameOrAddress(ModelBackend):
    """The name first; an address that two accounts share names nobody."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The person; as long an answer for nobody as for a wrong password."""
        said = (username or "").strip()
        if not said or password is None:
            return None
        found = list(User.objects.filter(Q(username=said) | Q(email__iexact=said)).order_by("pk")[:3])
        named = [user for user in found if user.username == said] or found
        if len(named) != 1:
            User().set_password(password)
            return None
        (user,) = named
        return user if user.check_password(password) and self.user_can_authenticate(user) else None
