"""Triggers that keep what was said of a referral: no step nor message changes; only one withdrawn is ever deleted."""

from __future__ import annotations

from rebond.web.portfolio.append_only import kept

protect, expose = kept(
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
protect_messages, expose_messages = kept(
    {"referrals_message": (("referral_id", "audience", "text", "at", "by_name"), "un message ne se modifie pas")}
)
