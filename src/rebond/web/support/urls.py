"""Addresses of the help in someone's place."""

from django.urls import path

from rebond.web.support import views

app_name = "support"
urlpatterns = [
    path("", views.home, name="home"),
    path("fermer/", views.close, name="close"),
]
