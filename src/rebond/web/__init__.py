"""The site: Django settings and one app per noun of the mission."""
