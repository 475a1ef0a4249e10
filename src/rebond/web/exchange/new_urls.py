"""Addresses that make a mission."""

from django.urls import path

from rebond.web.exchange import life_views

app_name = "new"
urlpatterns = [
    path("nouvelle/", life_views.new, name="mission"),
    path("importer/", life_views.new_from_workbook, name="workbook"),
]
