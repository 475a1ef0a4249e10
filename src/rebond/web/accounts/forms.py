"""The forms of accounts, in the design system's clothes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from dsfr.forms import DsfrBaseForm

from rebond.web.accounts.models import User
from rebond.web.organisations.models import Affiliation

_MINUTE = 60
AT_LEAST = "Douze caractères au moins."


class SignInForm(DsfrBaseForm, AuthenticationForm):
    """User name and password; ``wait`` seconds after too many failures, during which no password is looked at."""

    def __init__(self, *args: Any, wait: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wait = wait
        self.fields["username"].label = "Identifiant ou adresse électronique"

    def clean(self) -> dict[str, Any]:
        """Check the password, unless this person has to wait."""
        if self.wait:
            raise ValidationError(too_soon(self.wait))
        return super().clean()


class CodeForm(DsfrBaseForm):
    """The code of a telephone, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autofocus": True}),
    )


class PasswordForm(DsfrBaseForm):
    """The password again, before what protects the account is changed."""

    password = forms.CharField(
        label="Mot de passe actuel", widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


class ForgottenForm(DsfrBaseForm):
    """The address of an account."""

    email = forms.EmailField(
        label="Adresse électronique", max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )


class NewPasswordForm(DsfrBaseForm, SetPasswordForm):
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = AT_LEAST


class ChangePasswordForm(DsfrBaseForm, PasswordChangeForm):
    """The password, then a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = AT_LEAST


class NameForm(DsfrBaseForm, forms.ModelForm):
    """One's own name."""

    class Meta:
        model = User
        fields = ("first_name", "last_name")
        labels = {"first_name": "Prénom", "last_name": "Nom"}
        widgets = {
            "first_name": forms.TextInput({"autocomplete": "given-name"}),
            "last_name": forms.TextInput({"autocomplete": "family-name"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_name"].required = True


class AddressForm(DsfrBaseForm):
    """Another address, and the password: a screen left open takes no account away."""

    email = forms.EmailField(
        label="Nouvelle adresse électronique", max_length=150, widget=forms.EmailInput({"autocomplete": "email"})
    )
    password = forms.CharField(
        label="Mot de passe actuel", widget=forms.PasswordInput({"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_email(self) -> str:
        """As addresses are kept."""
        email: str = self.cleaned_data["email"].strip().lower()
        if email == self._user.email.lower():
            raise ValidationError("C’est déjà votre adresse.")
        return email

    def clean_password(self) -> str:
        """One's own, again."""
        if not self._user.check_password(self.cleaned_data["password"]):
            raise ValidationError("Ce n’est pas votre mot de passe.")
        return ""


class TeamForm(DsfrBaseForm, forms.ModelForm):
    """The team or service of someone in an organisation."""

    class Meta:
        model = Affiliation
        fields = ("team",)
        labels = {"team": "Équipe ou service"}


def too_soon(seconds: int) -> str:
    """Why nothing was looked at."""
    return f"Trop d’essais. Réessayez dans {_in_words(seconds)}."


def _in_words(seconds: int) -> str:
    """``30 secondes``, ``1 minute``, ``3 minutes``: rounded up."""
    number, unit = (seconds, "seconde") if seconds < _MINUTE else (-(-seconds // _MINUTE), "minute")
    return f"{number} {unit}{'s' if number > 1 else ''}"
