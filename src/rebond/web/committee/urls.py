"""Addresses of the committee's screen, of its sittings, minutes and letters."""

from django.urls import path

from rebond.web.committee import letter_views, record_views, session_views, views

app_name = "committee"
urlpatterns = [
    path("", views.committee, name="screen"),
    path("decider/", views.decide, name="decide"),
    path("regles/", views.rules, name="rules"),
    path("seance/", views.people, name="people"),
    path("geler/", record_views.freeze_sitting, name="freeze"),
    path("suite/", record_views.follow_up, name="follow"),
    path("seances/<int:number>/", record_views.record, name="record"),
    path("seances/<int:number>/releve.docx", letter_views.minutes, name="minutes"),
    path("seances/<int:number>/courriers.zip", letter_views.letters, name="letters"),
    path("seances/<int:number>/courriers/<slug:ref>.docx", letter_views.letter, name="letter"),
    path("seances/", session_views.sittings, name="sittings"),
    path("seances/prevues/<int:key>/", session_views.sitting, name="sitting"),
    path("seances/prevues/<int:key>/<slug:kind>.docx", session_views.convocation, name="convocation"),
    path("seances/documents/<int:key>/", session_views.document, name="document"),
    path("membres/", session_views.members, name="members"),
    path("depuis/", session_views.since, name="since"),
    path("modeles/", letter_views.texts, name="texts"),
    path("modeles/<slug:kind>/", letter_views.text, name="text"),
]
