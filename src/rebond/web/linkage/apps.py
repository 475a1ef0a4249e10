"""The app of decisions about partners' lines."""

from __future__ import annotations

from django.apps import AppConfig


class LinkageConfig(AppConfig):
    """Same, different, undecided: by whom, when, why."""

    name = "rebond.web.linkage"
    label = "linkage"
    verbose_name = "Rapprochements"
