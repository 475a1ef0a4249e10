"""Addresses of the roadmap."""

from django.urls import path

from rebond.web.roadmap import views

app_name = "roadmap"
urlpatterns = [path("", views.roadmap, name="roadmap")]
