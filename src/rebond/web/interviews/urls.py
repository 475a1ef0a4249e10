"""Addresses of interviews."""

from django.urls import path

from rebond.web.interviews import views

app_name = "interviews"
urlpatterns = [path("", views.interview_list, name="list")]
