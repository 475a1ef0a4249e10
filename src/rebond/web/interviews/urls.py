"""Addresses of interviews."""

from django.urls import path

from rebond.web.interviews import reply_views, views

app_name = "interviews"
urlpatterns = [
    path("", views.interview_list, name="list"),
    path("reponses/", reply_views.replies, name="replies"),
]
