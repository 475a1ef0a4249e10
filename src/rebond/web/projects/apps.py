"""The application « Projets »."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projets."""

    name = "rebond.web.projects"
    verbose_name = "Projets"
