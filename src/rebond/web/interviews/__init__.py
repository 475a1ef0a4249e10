"""Meetings with firms and the needs heard there."""
