"""Rebond: the software of a French territorial industrial-recovery mission."""

__version__ = "0.1.0"
