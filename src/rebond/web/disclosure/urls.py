"""Addresses of what each role is shown, and of who settles it."""

from django.urls import path

from rebond.web.disclosure import asking_views, views

app_name = "disclosure"
urlpatterns = [
    path("mon-espace/", views.space, name="space"),
    path("mon-espace/<slug:key>/", views.sheet, name="sheet"),
    path("mises-a-disposition/", views.sharing, name="sharing"),
    path("mises-a-disposition/demandes/", asking_views.asking, name="asking"),
    path("mises-a-disposition/demandes/<int:pk>/", asking_views.asked, name="request"),
]
