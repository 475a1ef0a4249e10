"""Triggers that keep what was said of the actions of the roadmap."""

from __future__ import annotations

from rebond.web.missions.append_only import protecting

protect, expose = protecting(
    {
        "roadmap_actionprogress": (
            ("action_id", "number", "on", "value", "words", "by"),
            "un avancement ne se modifie pas",
        ),
    }
)
