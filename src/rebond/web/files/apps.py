"""The app of attached files."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Attached, downloaded, withdrawn: each in the journal."""

    name = "rebond.web.files"
    label = "files"
    verbose_name = "Pièces jointes"
