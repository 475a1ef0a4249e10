"""Addresses of the reminders of a person, of the link that stops them, and of the calendar of one's days."""

from django.urls import path

from rebond.web.reminders import calendar_views, views

app_name = "reminders"
urlpatterns = [
    path("compte/rappels/", views.choices, name="choices"),
    path("rappels/arreter/<str:token>/", views.stop, name="stop"),
    path("compte/agenda/", calendar_views.address, name="calendar"),
    path("compte/agenda/retirer/", calendar_views.withdraw, name="calendar_off"),
    path("agenda/<str:token>.ics", calendar_views.feed, name="feed"),
]
