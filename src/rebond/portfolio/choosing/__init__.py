"""Choosing among projects with plain 0-1 programmes: published formats, proven bounds, exact checks."""
