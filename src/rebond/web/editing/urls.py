"""Addresses where a mission is changed."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.editing import (
    check_views,
    draft_views,
    firm_views,
    history_views,
    interview_views,
    many_views,
    project_views,
    settings_views,
    unlock_views,
)

app_name = "editing"
urlpatterns = [
    path("entreprises/nouvelle/", firm_views.new, name="new_firm"),
    path("entreprises/<reference:ref>/modifier/", firm_views.edit, name="firm"),
    path("entreprises/<reference:ref>/champ/<slug:column>/", firm_views.field, name="firm_field"),
    path("entreprises/<reference:ref>/retirer/", firm_views.withdraw, name="remove_firm"),
    path("entreprises/<reference:ref>/historique/", history_views.firm_history, name="firm_history"),
    path("entreprises/<reference:ref>/aides/nouvelle/", firm_views.new_aid, name="new_aid"),
    path("aides/<reference:ref>/modifier/", firm_views.aid, name="aid"),
    path("aides/<reference:ref>/retirer/", firm_views.remove_aid, name="remove_aid"),
    path("entretiens/nouveau/", interview_views.new, name="new_interview"),
    path("entretiens/<reference:ref>/modifier/", interview_views.edit, name="interview"),
    path("entretiens/<reference:ref>/rappele/", interview_views.called_back, name="called_back"),
    path("entretiens/<reference:ref>/historique/", history_views.interview_history, name="interview_history"),
    path("entretiens/<reference:ref>/avant-de-partir/", interview_views.questions, name="questions"),
    path("projets/nouveau/", project_views.new, name="new_project"),
    path("projets/<reference:ref>/modifier/", project_views.edit, name="project"),
    path("projets/<reference:ref>/modifier/ce-que-debloque/", unlock_views.unlocks, name="unlocks"),
    path("projets/<reference:ref>/champ/<slug:column>/", project_views.field, name="project_field"),
    path("projets/<reference:ref>/couts/", project_views.costs, name="costs"),
    path("projets/<reference:ref>/retirer/", project_views.withdraw, name="remove_project"),
    path("projets/<reference:ref>/historique/", history_views.project_history, name="project_history"),
    path("en-nombre/<slug:family>/", many_views.many, name="many"),
    path("reglages/", settings_views.settings, name="settings"),
    path("journal/", history_views.journal, name="journal"),
    path("journal/<uuid:gesture>/annuler/", history_views.undo_gesture, name="undo"),
    path("journal/<int:pk>/retablir/", history_views.restore_value, name="restore"),
    path("vraisemblance/", check_views.checks, name="checks"),
    path("vraisemblance/repondre/", check_views.answer, name="answer_check"),
    path("vraisemblance/repondre-en-nombre/", check_views.answer_many, name="answer_checks"),
    path("vraisemblance/<str:kind>/<reference:ref>/", check_views.sheet_checks, name="sheet_checks"),
    path("saisies-en-cours/", draft_views.keep, name="draft"),
]
