"""Addresses of what each role is shown, and of who settles it."""

from django.urls import path

from rebond.web import references  # noqa: F401 - registers the converter « reference »
from rebond.web.disclosure import asking_views, firm_views, sheet_files, views

app_name = "disclosure"
urlpatterns = [
    path("mon-espace/", views.space, name="space"),
    path("mon-espace/<slug:key>/", views.sheet, name="sheet"),
    path("mon-espace/entreprise/<reference:ref>/accord/", firm_views.consent, name="firm_consent"),
    path("mon-espace/entreprise/<reference:ref>/accords/<int:pk>/retirer/", firm_views.withdraw, name="firm_withdraw"),
    path(
        "mon-espace/entreprise/<reference:ref>/comptes-rendus/<reference:interview>/",
        firm_views.minutes,
        name="minutes",
    ),
    path("mises-a-disposition/", views.sharing, name="sharing"),
    path("mon-espace/fiches/<slug:kind>/", sheet_files.mine, name="files"),
    path("mises-a-disposition/fiches/<slug:whom>/<slug:kind>/", sheet_files.for_whom, name="files_for"),
    path("mises-a-disposition/demandes/", asking_views.asking, name="asking"),
    path("mises-a-disposition/demandes/<int:pk>/", asking_views.asked, name="request"),
]
