"""Addresses of the public catalogue."""

from django.urls import path

from rebond.web.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("", views.dispositif_list, name="list"),
    path("a-relire/", views.reread, name="reread"),
    path("regimes/", views.regime_list, name="regimes"),
    path("regimes/<slug:regime>/", views.regime_sheet, name="regime"),
    path("<slug:funder>/<slug:slug>/", views.dispositif_sheet, name="dispositif"),
]
