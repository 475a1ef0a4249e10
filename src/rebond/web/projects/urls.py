"""Addresses of projects."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.projects import views

app_name = "projects"
urlpatterns = [
    path("", views.project_list, name="list"),
    path("<reference:ref>/", views.project_sheet, name="sheet"),
]
