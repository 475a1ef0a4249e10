"""Addresses of « Tester mon entreprise »."""

from django.urls import path

from rebond.web.screening import views

app_name = "screening"
urlpatterns = [
    path("", views.start, name="start"),
    path("resultats/", views.results, name="results"),
    path("resultats.json", views.results_as_data, name="data"),
    path("communes/", views.commune_options, name="communes"),
    path("<slug:funder>/<slug:slug>/", views.criteria, name="criteria"),
]
