"""Editions of figures: what a pilot publishes of a mission, and those who read it."""
