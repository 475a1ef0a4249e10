"""Addresses of the call."""

from django.urls import path

from rebond.web.portfolio import views

app_name = "portfolio"
urlpatterns = [path("", views.call, name="call")]
