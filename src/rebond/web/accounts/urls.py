"""Signing in and out, and one's own account."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from rebond.web.accounts import forgotten_views, identity_views, mine_views, views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.SignIn.as_view(), name="login"),
    path("connexion/code/", views.code, name="code"),
    path("deconnexion/", LogoutView.as_view(), name="logout"),
    path("session/prolonger/", views.extend, name="extend"),
    path("mot-de-passe-oublie/", forgotten_views.forgotten, name="forgotten"),
    path("mot-de-passe-oublie/envoye/", forgotten_views.forgotten_sent, name="forgotten_sent"),
    path("mot-de-passe-oublie/<uidb64>/<token>/", forgotten_views.NewPassword.as_view(), name="new_password"),
    path("compte/", mine_views.mine, name="mine"),
    path("compte/organisation/<int:affiliation>/fin/", mine_views.stop_working_for, name="stop_working_for"),
    path("compte/organisation/<int:affiliation>/equipe/", mine_views.team, name="team"),
    path("compte/nom/", identity_views.name, name="name"),
    path("compte/adresse/", identity_views.address, name="address"),
    path("compte/adresse/retirer/", identity_views.withdraw_address, name="withdraw_address"),
    path("compte/adresse/<str:token>/", identity_views.confirm_address, name="confirm_address"),
    path("compte/mot-de-passe/", mine_views.password, name="password"),
    path("compte/second-facteur/", mine_views.factor, name="factor"),
    path("compte/second-facteur/retirer/", mine_views.factor_off, name="factor_off"),
]
