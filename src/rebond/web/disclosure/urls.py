"""Addresses of what each role is shown, and of who settles it."""

from django.urls import path

from rebond.web.disclosure import sheet_files, views

app_name = "disclosure"
urlpatterns = [
    path("mon-espace/", views.space, name="space"),
    path("mon-espace/<slug:key>/", views.sheet, name="sheet"),
    path("mises-a-disposition/", views.sharing, name="sharing"),
    path("mon-espace/fiches/<slug:kind>/", sheet_files.mine, name="files"),
    path("mises-a-disposition/fiches/<slug:whom>/<slug:kind>/", sheet_files.for_whom, name="files_for"),
]
