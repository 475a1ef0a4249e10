"""Addresses of who read what."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.readings import views

app_name = "readings"
urlpatterns = [
    path("consultations/", views.of_mission, name="mission"),
    path("mon-espace/entreprise/<reference:ref>/consultations/", views.of_firm, name="firm"),
]
