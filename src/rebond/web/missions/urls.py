"""Addresses of missions."""

from django.urls import path

from rebond.web.desk import today_views
from rebond.web.missions import views

app_name = "missions"
urlpatterns = [
    path("", views.mission_list, name="list"),
    path("<slug:mission>/", today_views.today, name="home"),
    path("<slug:mission>/synthese/", views.overview, name="overview"),
]
