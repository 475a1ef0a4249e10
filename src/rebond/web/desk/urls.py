"""Addresses of a person's desk in a mission."""

from django.urls import path

from rebond.web.desk import agenda_views, question_views, saving_views, search_views

app_name = "desk"
urlpatterns = [
    path("recherche/", search_views.search, name="search"),
    path("vues/", saving_views.save, name="save_view"),
    path("vues/<int:pk>/oublier/", saving_views.forget, name="forget_view"),
    path("agenda/", agenda_views.agenda, name="agenda"),
    path("agenda.ics", agenda_views.calendar_file, name="calendar"),
    path("questions/", question_views.questions, name="questions"),
]
