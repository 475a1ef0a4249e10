"""The report of a mission, one file per chapter."""

from rebond.restitution.report.collect import collect_report

__all__ = ["collect_report"]
