"""Triggers that keep what was said of a referral: no step changes; only one already withdrawn is ever deleted."""

from __future__ import annotations

from rebond.web.missions.append_only import protecting

protect, expose = protecting(
    {
        "referrals_referralstep": (
            (
                *("referral_id", "ref", "number", "state", "on", "dispositif", "asked", "granted", "paid", "jobs"),
                *("by", "reason", "answer_by"),
            ),
            "une etape ne se modifie pas",
        ),
    }
)
