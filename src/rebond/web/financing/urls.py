"""Addresses of verdicts."""

from django.urls import path

from rebond.web.financing import views

app_name = "financing"
urlpatterns = [path("<slug:ref>/dispositifs/<path:dispositif>/", views.verdict_page, name="verdict")]
