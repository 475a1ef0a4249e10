"""The standing of the studies, at the top of every page of a mission."""
