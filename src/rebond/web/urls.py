"""Addresses of the site, in French, in the order of the mission."""

from django.urls import include, path

from rebond.web import pages
from rebond.web.answering import views as answering_views
from rebond.web.disclosure import consent_views
from rebond.web.missions.views import start
from rebond.web.organisations import joining_views

MISSION = "missions/<slug:mission>"

urlpatterns = [
    path("", start, name="home"),
    path("", include("rebond.web.accounts.urls")),
    path("invitation/<str:token>/", joining_views.join, name="join"),
    path("accord/retrait/<str:token>/", consent_views.withdraw, name="withdrawal"),
    path("accord/<str:token>/", consent_views.answer, name="consent"),
    path("reponse/nouveau-lien/", answering_views.asked_again, name="reply_asked"),
    path("reponse/<str:token>/nouveau-lien/", answering_views.again, name="reply_again"),
    path("reponse/<str:token>/", answering_views.answer, name="reply"),
    path("assistance/", include("rebond.web.support.urls")),
    path("organisations/", include("rebond.web.organisations.directory_urls")),
    path("catalogue/", include("rebond.web.catalogue.urls")),
    path("tester-mon-entreprise/", include("rebond.web.screening.urls")),
    path("missions/", include("rebond.web.exchange.new_urls")),
    path("missions/", include("rebond.web.missions.urls")),
    path(f"{MISSION}/", include("rebond.web.files.urls")),
    # Before the sheets: « nouvelle » is no reference of a firm.
    path(f"{MISSION}/", include("rebond.web.editing.urls")),
    path(f"{MISSION}/", include("rebond.web.regrouping.urls")),
    path(f"{MISSION}/", include("rebond.web.desk.urls")),
    path(f"{MISSION}/entreprises/", include("rebond.web.firms.urls")),
    path(f"{MISSION}/entretiens/", include("rebond.web.interviews.urls")),
    path(f"{MISSION}/projets/", include("rebond.web.projects.urls")),
    path(f"{MISSION}/projets/", include("rebond.web.financing.urls")),
    path(f"{MISSION}/rapprochements/", include("rebond.web.linkage.urls")),
    path(f"{MISSION}/appel/", include("rebond.web.portfolio.urls")),
    path(f"{MISSION}/comite/", include("rebond.web.committee.urls")),
    path(f"{MISSION}/modeles/", include("rebond.web.stationery.urls")),
    path(f"{MISSION}/orientations/", include("rebond.web.referrals.urls")),
    path(f"{MISSION}/conseil/", include("rebond.web.advice.urls")),
    path(f"{MISSION}/feuille-de-route/", include("rebond.web.roadmap.urls")),
    path(f"{MISSION}/etudes/", include("rebond.web.worker.urls")),
    path(f"{MISSION}/etudes/", include("rebond.web.studies.urls")),
    path(f"{MISSION}/", include("rebond.web.restitution.urls")),
    path(f"{MISSION}/personnes/", include("rebond.web.organisations.urls")),
    path(f"{MISSION}/", include("rebond.web.exchange.urls")),
    path(f"{MISSION}/", include("rebond.web.disclosure.urls")),
    path(f"{MISSION}/", include("rebond.web.readings.urls")),
    path(f"{MISSION}/", include("rebond.web.publishing.urls")),
    path("chiffres-publies/", include("rebond.web.publishing.across_urls")),
    path("", include("rebond.web.api.urls")),
    path("", include("rebond.web.reminders.urls")),
    path("mentions-legales/", pages.legal_notice, name="legal"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("a-propos/", pages.about, name="about"),
]

handler400 = "rebond.web.errors.unreadable"
handler403 = "rebond.web.errors.refused"
handler404 = "rebond.web.errors.not_found"
handler500 = "rebond.web.guard.incidents.broken"
