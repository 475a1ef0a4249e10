"""Signing in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.utils.decorators import method_decorator

from rebond.web.accounts.demo import DEMO_ACCOUNTS
from rebond.web.accounts.forms import SignInForm
from rebond.web.accounts.throttle import forget_failures, record_failure, seconds_to_wait
from rebond.web.guard.requests import address_of


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The login page; it lists the demo accounts in demo mode only."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form knows how long this person has to wait."""
        kwargs = super().get_form_kwargs()
        if self.request.method == "POST":
            kwargs["wait"] = seconds_to_wait(self._name, address_of(self.request))
        return kwargs

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Signed in: earlier failures are forgotten."""
        forget_failures(self._name, address_of(self.request))
        return super().form_valid(form)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Not signed in: one more failure when a name and a password were tried, 429 when it was too soon."""
        response = super().form_invalid(form)
        wait = form.wait if isinstance(form, SignInForm) else 0
        if wait:
            response.status_code = 429
            response["Retry-After"] = str(wait)
        elif form.non_field_errors():
            record_failure(self._name, address_of(self.request))
        return response

    @property
    def _name(self) -> str:
        return self.request.POST.get("username", "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo accounts."""
        return super().get_context_data(**kwargs) | {"accounts": DEMO_ACCOUNTS if settings.DEMO else ()}
