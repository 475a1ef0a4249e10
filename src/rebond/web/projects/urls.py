"""Addresses of projects."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.projects import sheet_views, views

app_name = "projects"
urlpatterns = [
    path("", views.project_list, name="list"),
    path("<reference:ref>/", sheet_views.summary, name="sheet"),
    path("<reference:ref>/faits/", sheet_views.facts, name="facts"),
    path("<reference:ref>/depenses/", sheet_views.costs, name="costs"),
    path("<reference:ref>/dispositifs/", sheet_views.dispositifs, name="dispositifs"),
    path("<reference:ref>/connu/", sheet_views.known, name="known"),
    path("<reference:ref>/suivi/", sheet_views.follow_up, name="follow_up"),
    path("<reference:ref>/changements/", sheet_views.history, name="history"),
]
