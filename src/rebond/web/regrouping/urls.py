"""Addresses where projects are split and put together, and firms too."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.regrouping import firm_views, join_views, split_views

app_name = "regrouping"
urlpatterns = [
    path("projets/<reference:ref>/scinder/", split_views.split_project, name="split"),
    path("projets/<reference:ref>/reunir/", join_views.join_projects, name="join"),
    path("entreprises/<reference:ref>/reunir/", firm_views.join_two_firms, name="firms"),
]
