"""Addresses of the roadmap."""

from django.urls import path

from rebond.web.roadmap import action_views, deciding_views, edit_views, organisation_views, project_views, views

app_name = "roadmap"
urlpatterns = [
    path("", views.roadmap, name="roadmap"),
    path("adopter/", deciding_views.adopt, name="adopt"),
    path("annuler/", deciding_views.undo, name="undo"),
    path("ecarter/<str:key>/", deciding_views.leave, name="leave"),
    path("nouvelle/", edit_views.new, name="new"),
    path("action/<str:ref>/", action_views.action, name="action"),
    path("action/<str:ref>/modifier/", edit_views.edit, name="edit"),
    path("action/<str:ref>/champ/<slug:column>/", edit_views.field, name="field"),
    path("action/<str:ref>/besoins/", edit_views.needs, name="needs"),
    path("action/<str:ref>/organisations/", organisation_views.organisations, name="organisations"),
    path("action/<str:ref>/projets/", project_views.projects, name="projects"),
    path("action/<str:ref>/avancement/", action_views.progress, name="progress"),
]
