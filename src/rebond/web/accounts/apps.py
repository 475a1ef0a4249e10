"""The application « Comptes »."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Comptes."""

    name = "rebond.web.accounts"
    verbose_name = "Comptes"
