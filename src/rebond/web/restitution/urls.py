"""Addresses of documents and figures."""

from django.urls import path

from rebond.web.restitution import views

app_name = "restitution"
urlpatterns = [
    path("indicateurs/", views.indicator_list, name="indicators"),
    path("indicateurs/<slug:code>/", views.indicator, name="indicator"),
    path("documents/", views.document_list, name="documents"),
    path("documents/<path:path>", views.document, name="document"),
]
