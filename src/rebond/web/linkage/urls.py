"""Addresses of the links to settle."""

from django.urls import path

from rebond.web.linkage import decided_views, views

app_name = "linkage"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("decides/", decided_views.decided, name="decided"),
    path("annuler/", views.take_back, name="undo"),
]
