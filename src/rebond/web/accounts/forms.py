"""The login form, in the design system's clothes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from dsfr.forms import DsfrBaseForm

_MINUTE = 60


class SignInForm(DsfrBaseForm, AuthenticationForm):
    """User name and password; ``wait`` seconds after too many failures, during which no password is looked at."""

    def __init__(self, *args: Any, wait: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wait = wait

    def clean(self) -> dict[str, Any]:
        """Check the password, unless this person has to wait."""
        if self.wait:
            raise ValidationError(f"Trop d’essais. Réessayez dans {_in_words(self.wait)}.")
        return super().clean()


def _in_words(seconds: int) -> str:
    """``30 secondes``, ``1 minute``, ``3 minutes``: rounded up."""
    number, unit = (seconds, "seconde") if seconds < _MINUTE else (-(-seconds // _MINUTE), "minute")
    return f"{number} {unit}{'s' if number > 1 else ''}"
