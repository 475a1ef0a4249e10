"""Addresses of a person's desk in a mission."""

from django.urls import path

from rebond.web.desk import search_views, today_views

app_name = "desk"
urlpatterns = [
    path("recherche/", search_views.search, name="search"),
    path("questions/", today_views.questions, name="questions"),
]
