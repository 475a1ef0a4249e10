"""Signing in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.utils.decorators import method_decorator

from rebond.web.accounts.demo import DEMO_ACCOUNTS
from rebond.web.accounts.forms import SignInForm


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The login page; it lists the demo accounts in demo mode only."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo accounts."""
        return super().get_context_data(**kwargs) | {"accounts": DEMO_ACCOUNTS if settings.DEMO else ()}
