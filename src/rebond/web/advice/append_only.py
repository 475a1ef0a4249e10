"""Triggers that keep what was agreed at a meeting with an adviser: no row changes, only a withdrawn one is deleted."""

from __future__ import annotations

from rebond.web.missions.append_only import protecting

protect, expose = protecting(
    {
        "advice_advicemeeting": (
            ("accompaniment_id", "ref", "number", "on", "who", "agreed", "next", "organisation", "by"),
            "un rendez-vous de conseil ne se modifie pas",
        )
    }
)
