"""The way out of every project."""
