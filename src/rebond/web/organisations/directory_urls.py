"""Addresses of the organisations of the instance."""

from django.urls import path

from rebond.web.organisations import directory_views

app_name = "directory"
urlpatterns = [
    path("", directory_views.organisations, name="list"),
    path("<int:number>/", directory_views.organisation, name="organisation"),
    path("<int:number>/modifier/", directory_views.change, name="change"),
]
