"""Addresses of attached files."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.files import list_views, views

app_name = "files"
urlpatterns = [
    path("projets/<reference:ref>/fichiers/", views.of_project, name="project"),
    path("entreprises/<reference:ref>/fichiers/", views.of_firm, name="firm"),
    path("fichiers/", list_views.of_mission_files, name="list"),
    path("fichiers/<int:pk>/", views.download, name="download"),
    path("fichiers/<int:pk>/retirer/", views.take_off, name="take_off"),
]
