"""Signing in and out."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from rebond.web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.SignIn.as_view(), name="login"),
    path("deconnexion/", LogoutView.as_view(), name="logout"),
]
