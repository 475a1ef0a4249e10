"""Addresses of firms."""

from django.urls import path

from rebond.web.firms import views

app_name = "firms"
urlpatterns = [
    path("", views.firm_list, name="list"),
    path("<slug:ref>/", views.firm_sheet, name="sheet"),
]
