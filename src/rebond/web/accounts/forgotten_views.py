"""A new password by a letter. The page answers the same, as fast, whether the address has an account or not."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from rebond.web.accounts.forms import ForgottenForm, NewPasswordForm
from rebond.web.accounts.models import User
from rebond.web.accounts.throttle import record_failure, seconds_to_wait
from rebond.web.guard.requests import address_of
from rebond.web.mail import letter, send_later

_MOST_ACCOUNTS = 5
"""Of one address, to whom a letter goes."""
_NOBODY = User(pk=0, username="personne", email="personne@localhost")
"""For whom a letter is written and not sent: the page takes as long for an address of nobody."""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send the letter behind the page; one that was asked too often is not sent, and the page does not say it."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        name, address = f"oubli:{email}", f"oubli:{address_of(request)}"
        wait = seconds_to_wait(name, address)
        record_failure(name, address)
        named = User.objects.filter(email__iexact=email, is_active=True)[:_MOST_ACCOUNTS]
        found = [user for user in named if user.has_usable_password()]
        for user in found or [_NOBODY]:
            told = {"person": user, "link": _link(request, user)}
            message = letter(user.email, "Mot de passe oublié", "accounts/forgotten.txt", told)
            if found and not wait:
                send_later(message)
        return redirect("accounts:forgotten_sent")
    return render(request, "accounts/forgotten.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, for everyone."""
    return render(request, "accounts/forgotten_sent.html")


@method_decorator([login_not_required, never_cache], name="dispatch")
class NewPassword(PasswordResetConfirmView):
    """What the link of the letter opens: a form; the link serves until the password is changed."""

    template_name = "accounts/new_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("accounts:login")

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        """Nobody is signed in by a letter alone: the second factor, if any, is asked as ever."""
        messages.success(self.request, "Le mot de passe est changé : connectez-vous avec lui.")
        return super().form_valid(form)


def _link(request: HttpRequest, user: User) -> str:
    args = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    return request.build_absolute_uri(reverse("accounts:new_password", args=args))
