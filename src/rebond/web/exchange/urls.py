"""Addresses of what goes in and out of a mission."""

from django.urls import path

from rebond.web.exchange import life_views, list_views, views

app_name = "exchange"
urlpatterns = [
    path("echanges/", views.home, name="home"),
    path("echanges/export/", views.export, name="export"),
    path("echanges/import/", views.receive, name="receive"),
    path("echanges/<uuid:pk>/", views.draft, name="draft"),
    path("echanges/<uuid:pk>/chiffres/", views.figures, name="figures"),
    path("echanges/<uuid:pk>/annuler/", views.undo, name="undo"),
    path("listes/", list_views.lists, name="lists"),
    path("listes/<uuid:pk>/colonnes/", list_views.columns, name="list_columns"),
    path("listes/<uuid:pk>/", list_views.preview, name="list_preview"),
    path("archiver/", life_views.archive, name="archive"),
    path("archive/", life_views.download_archive, name="download_archive"),
    path("courriels/", life_views.letters, name="letters"),
    path("supprimer/", life_views.delete, name="delete"),
]
