"""Filters and tags known to every template."""
