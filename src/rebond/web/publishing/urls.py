"""Addresses of the published figures of a mission."""

from django.urls import path, register_converter

from rebond.web.publishing import views
from rebond.web.publishing.kinds import FileKind, OpenFileKind

register_converter(FileKind, "published_file")
register_converter(OpenFileKind, "opened_file")
app_name = "publishing"
urlpatterns = [
    path("chiffres-publies/", views.figures, name="figures"),
    path("chiffres-publies/fichier.<opened_file:kind>", views.file, name="file"),
    path("publication/", views.publication, name="publication"),
]
