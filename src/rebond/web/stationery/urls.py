"""Addresses of templates."""

from django.urls import path

from rebond.web.stationery import views

app_name = "stationery"
urlpatterns = [
    path("", views.template_list, name="list"),
    path("<slug:kind>/", views.template, name="template"),
    path("<slug:kind>/apercu", views.preview, name="preview"),
    path("<slug:kind>/<slug:which>", views.download, name="download"),
]
