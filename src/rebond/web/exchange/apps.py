"""The application « Échanges »."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Échanges."""

    name = "rebond.web.exchange"
    label = "exchange"
    verbose_name = "échanges"
