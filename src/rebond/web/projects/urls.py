"""Addresses of projects."""

from django.urls import path

from rebond.web.projects import views

app_name = "projects"
urlpatterns = [
    path("", views.project_list, name="list"),
    path("<slug:ref>/", views.project_sheet, name="sheet"),
]
