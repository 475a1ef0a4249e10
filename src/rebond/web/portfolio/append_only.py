"""Triggers that keep what assessors said."""

from __future__ import annotations

from rebond.web.missions.append_only import protecting

_TABLES = {
    "portfolio_mark": (
        ("project_id", "ref", "criterion", "assessor", "who", "number", "score", "reason", "on"),
        "une note ne se modifie pas",
    ),
    "portfolio_recusal": (
        ("firm_id", "ref", "assessor", "who", "number", "aside", "reason", "by", "on"),
        "un deport ne se modifie pas",
    ),
}

protect, expose = protecting(_TABLES)
