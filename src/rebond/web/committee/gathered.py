"""What a record keeps of a sitting beside its decisions: who came, the agenda, the files, what changed before it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from rebond.web.accounts.models import User
from rebond.web.committee.agenda import agenda_of
from rebond.web.committee.attending import attendance_of, presence_of
from rebond.web.committee.models import Sitting
from rebond.web.committee.session_files import kept_for, point_told, when_words
from rebond.web.committee.since import since_last
from rebond.web.disclosure.disclosed import committee_of


def gathering_of(user: User, sitting: Sitting) -> dict[str, Any]:
    """Who came, the agenda and what was said, what changed since the sitting before, the files, the next sitting."""
    mission, rows = sitting.mission, attendance_of(sitting)
    ahead = Sitting.objects.of(mission).filter(number=None, cancelled_at=None, held_on__gt=sitting.held_on)
    coming = ahead.order_by("held_on", "starts_at", "pk").first()
    return {
        "nature": sitting.get_kind_display(),
        "quand": when_words(sitting),
        "lieu": " ; ".join(filter(None, (sitting.place, "visioconférence" if sitting.link else ""))),
        "convoquee_le": sitting.convened_on.isoformat() if sitting.convened_on else "",
        "quorum": presence_of(sitting, rows).words,
        "presences": [
            {
                "nom": row.name,
                "organisation": row.organisation,
                "voix": row.voting,
                "etat": row.get_state_display().lower(),
                "par": row.by,
            }
            for row in rows
        ],
        "ordre_du_jour": [point_told(each) for each in agenda_of(user, sitting)],
        "depuis": since_last(mission, user, committee_of(mission)).lines,
        "documents": [
            {
                "titre": each.title,
                "nom": each.name,
                "le": f"{timezone.localtime(each.at):%d/%m/%Y}",
                "empreinte": each.digest,
            }
            for each in kept_for(mission, sitting)
        ],
        "prochaine": f"{coming.get_kind_display()} du {when_words(coming)}" if coming else "",
    }
