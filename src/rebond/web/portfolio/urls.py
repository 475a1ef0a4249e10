"""Addresses of the call, of the committee's session and of the assessors' marks."""

from django.urls import path

from rebond.web.portfolio import (
    following_views,
    marks_views,
    robust_views,
    session_many,
    session_views,
    views,
)

app_name = "portfolio"
urlpatterns = [
    path("", views.call, name="call"),
    path("seance/", session_views.session, name="session"),
    path("seance/annuler/", session_views.undo_decision, name="undo_decision"),
    path("seance/en-nombre/", session_many.decide_many, name="decide_many"),
    path("seance/<slug:ref>/", session_views.decision, name="decision"),
    path("robustesse/", robust_views.robustness, name="robustness"),
    path("robustesse/retirer/", robust_views.withdraw, name="withdraw_weights"),
    path("suites/", following_views.steps, name="steps"),
    path("suites/<slug:ref>/", following_views.project_steps, name="project_steps"),
    path("notes/", marks_views.board, name="marks"),
    path("notes/<slug:ref>/", marks_views.marks, name="project_marks"),
    path("notes/<slug:ref>/deport/", marks_views.recuse, name="recuse"),
]
