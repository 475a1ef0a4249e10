"""Addresses of the studies themselves."""

from django.urls import path

from rebond.web.studies import views

app_name = "studies"
urlpatterns = [
    path("", views.study_list, name="list"),
    path("comparer/", views.compare, name="compare"),
    path("<int:number>/garder/", views.pin, name="pin"),
]
