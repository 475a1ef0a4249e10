"""Addresses of firms."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.firms import list_views, views

app_name = "firms"
urlpatterns = [
    path("", list_views.firm_list, name="list"),
    path("<reference:ref>/", views.firm_sheet, name="sheet"),
]
