"""Addresses of the committee's screen, of its sittings, minutes and letters."""

app_name = "committee"
urlpatterns: list = []
