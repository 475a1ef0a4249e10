"""Addresses of referrals."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.answering import pilot_views
from rebond.web.referrals import boards, many_views, one_views, sending_views, views

app_name = "referrals"
urlpatterns = [
    path("", views.referral_list, name="list"),
    path("envoyer/", sending_views.sending, name="send"),
    path("envoyees/", boards.sent, name="sent"),
    path("envoyees/plusieurs/", many_views.many, name="many"),
    path("boite/", boards.inbox, name="inbox"),
    path("envoyees/<reference:ref>/", one_views.one, name="one"),
    path("envoyees/<reference:ref>/courrier.docx", one_views.paper, name="paper"),
    path("envoyees/<reference:ref>/liens/", pilot_views.links, name="links"),
    path("envoyees/<reference:ref>/pieces/<int:pk>/", one_views.file, name="file"),
]
