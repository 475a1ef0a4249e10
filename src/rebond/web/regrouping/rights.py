"""Rights given on a firm's sheet: they do not follow it into another one, whose data nobody agreed to show."""

from __future__ import annotations

from rebond.regrouping import Lack
from rebond.web.disclosure.models import Consent
from rebond.web.missions.models import Membership, Mission
from rebond.web.organisations.models import Invitation


def rights_on(mission: Mission, ref: str) -> list[Lack]:
    """Who may read the sheet or its projects because of this firm: each is ended, or given again, by the pilot."""
    parts = Membership.objects.of(mission).filter(firm__ref=ref).select_related("user")
    letters = Invitation.objects.of(mission).filter(firm__ref=ref, accepted_at__isnull=True, revoked_at__isnull=True)
    consents = Consent.objects.of(mission).filter(firm__ref=ref, ended_at__isnull=True)
    people = "mettre fin à ce rôle dans « Personnes », puis inviter au nom de la fiche qui reste"
    return [
        *(Lack(key="droits", problem=f"{part.user} parle au nom de {ref}", mend=people) for part in parts),
        *(
            Lack(
                key="droits",
                problem=f"{letter.email} est invité au nom de {ref}",
                mend="retirer cette invitation dans « Personnes »",
            )
            for letter in letters
        ),
        *(
            Lack(
                key="droits",
                problem=f"{one.signed_by} a donné un accord au nom de {ref}, qui ne vaut pas pour l’autre fiche",
                mend="le retirer dans « Mises à disposition », et le demander de nouveau après la réunion",
            )
            for one in consents
        ),
    ]
