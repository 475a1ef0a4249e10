"""Orientation: the way out of every project."""
