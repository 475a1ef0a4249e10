"""Addresses of advice."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.advice import list_views, opening_views, sheet_views

app_name = "advice"
urlpatterns = [
    path("", list_views.advice_list, name="list"),
    path("ouvrir/", opening_views.open_many, name="open_many"),
    path("projets/<reference:ref>/ouvrir/", opening_views.open_one, name="open"),
    path("projets/<reference:ref>/lu/", list_views.read_ripened, name="read"),
    path("<reference:ref>/", sheet_views.sheet, name="sheet"),
]
