"""The login form, in the design system's clothes."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm
from dsfr.forms import DsfrBaseForm


class SignInForm(DsfrBaseForm, AuthenticationForm):
    """User name and password."""
