"""Addresses of the published figures of every mission of a person."""

from django.urls import path

from rebond.web.publishing import across

app_name = "published"
urlpatterns = [
    path("", across.across, name="across"),
    path("fichier.<published_file:kind>", across.across_file, name="across_file"),
]
