"""Addresses of the API, and of the tokens that open it."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.api import token_views, views

app_name = "api"
urlpatterns = [
    path("compte/jetons/", token_views.tokens, name="tokens"),
    path("compte/jetons/<int:number>/revoquer/", token_views.revoke_token, name="revoke"),
    path("api/", views.describe, name="description"),
    path("api/missions/<slug:mission>/<slug:kind>/", views.sheets, name="sheets"),
    path("api/missions/<slug:mission>/<slug:kind>/<reference:ref>/", views.sheet, name="sheet"),
    path("api/<path:rest>", views.missing, name="missing"),
]
