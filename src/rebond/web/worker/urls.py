"""Addresses of what is made in the background."""

from django.urls import path

from rebond.web.worker import views

app_name = "worker"
urlpatterns = [
    path("etat/", views.standing, name="standing"),
    path("demander/", views.ask, name="ask"),
    path("lecture/", views.choose_reading, name="reading"),
    path("<int:number>/documents/", views.prepare, name="prepare"),
]
