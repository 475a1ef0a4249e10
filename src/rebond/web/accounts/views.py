"""Signing in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from rebond.web.accounts.demo import DEMO_ACCOUNTS
from rebond.web.accounts.forms import CodeForm, SignInForm, too_soon
from rebond.web.accounts.second_factor import device_of, is_right
from rebond.web.accounts.sessions import ENDED
from rebond.web.accounts.signing import half_sign_in, half_signed_in, sign_in
from rebond.web.accounts.throttle import forget_failures, record_failure, seconds_to_wait
from rebond.web.guard.requests import address_of

_TOO_MANY, _UNREADABLE = 429, 422


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
        """The password is right: earlier failures are forgotten; the code is asked of those who have a telephone."""
        forget_failures(self._name, address_of(self.request))
        user = form.get_user()
        if device_of(user) is not None:
            half_sign_in(self.request, user, self.get_success_url())
            return redirect("accounts:code")
        sign_in(self.request, user)
        return redirect(self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Not signed in: one more failure when a name and a password were tried, 429 when it was too soon."""
        response = super().form_invalid(form)
        wait = form.wait if isinstance(form, SignInForm) else 0
        if wait:
            response.status_code = _TOO_MANY
            response["Retry-After"] = str(wait)
        elif form.non_field_errors():
            record_failure(self._name, address_of(self.request))
        return response

    @property
    def _name(self) -> str:
        return self.request.POST.get("username", "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo accounts, and why the session before ended."""
        ended = self.request.session.pop(ENDED, "") if self.request.method == "GET" else ""
        return super().get_context_data(**kwargs) | {"accounts": DEMO_ACCOUNTS if settings.DEMO else (), "ended": ended}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code of the telephone, after the password; codes are tried no faster than passwords."""
    awaited = half_signed_in(request)
    if awaited is None:
        return redirect("accounts:login")
    user, following = awaited
    form = CodeForm(request.POST or None)
    name, address = f"code:{user.pk}", address_of(request)
    wait = seconds_to_wait(name, address) if request.method == "POST" else 0
    if wait:
        form.add_error(None, too_soon(wait))
    elif request.method == "POST" and form.is_valid():
        if is_right(user, form.cleaned_data["code"]):
            forget_failures(name, address)
            sign_in(request, user)
            return redirect(following)
        record_failure(name, address)
        form.add_error("code", "Ce code n’est pas le bon, ou il a déjà servi.")
    status = _TOO_MANY if wait else _UNREADABLE if form.errors else 200
    return render(request, "accounts/code.html", {"form": form}, status=status)


@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    """« Rester connecté »: the request itself is the gesture."""
    return HttpResponse(status=204)
