"""Addresses of verdicts and plans."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.financing import frozen_views, plan_views, simulation_views, views

app_name = "financing"
urlpatterns = [
    path("<reference:ref>/plan/", plan_views.plan_page, name="plan"),
    path("<reference:ref>/plan/document.<slug:kind>", plan_views.plan_document, name="plan_document"),
    path("<reference:ref>/plan/simulation/", simulation_views.simulation, name="simulation"),
    path("<reference:ref>/plan/figes/", frozen_views.frozen_list, name="frozen_list"),
    path("<reference:ref>/plan/figes/<int:pk>/", frozen_views.frozen, name="frozen"),
    path("<reference:ref>/dispositifs/<path:dispositif>/", views.verdict_page, name="verdict"),
]
