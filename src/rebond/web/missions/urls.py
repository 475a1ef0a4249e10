"""Addresses of missions."""

from django.urls import path

from rebond.web.missions import views

app_name = "missions"
urlpatterns = [
    path("", views.mission_list, name="list"),
    path("<slug:mission>/", views.home, name="home"),
]
