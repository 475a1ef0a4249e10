"""Verdicts on every dispositif, and the legal financing plans."""
