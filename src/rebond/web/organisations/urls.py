"""Addresses of the people of a mission."""

from django.urls import path

from rebond.web.organisations import views

app_name = "organisations"
urlpatterns = [
    path("", views.people, name="people"),
    path("<int:part>/modifier/", views.change, name="change"),
    path("<int:part>/depart/", views.leave, name="leave"),
    path("invitations/<int:invitation>/renvoyer/", views.send_again, name="send_again"),
    path("invitations/<int:invitation>/retirer/", views.revoke, name="revoke"),
]
