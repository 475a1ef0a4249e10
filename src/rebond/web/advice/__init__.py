"""Advice for the least mature projects: the path to ripe, the adviser who helps, and the return to funding."""
