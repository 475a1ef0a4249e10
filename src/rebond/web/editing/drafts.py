"""Nothing typed is lost: what is in a form is kept for the person, also when the session has ended meanwhile."""

from __future__ import annotations

from collections.abc import Mapping

from django.core import signing
from django.http import HttpRequest, QueryDict

from rebond.web.accounts.models import User
from rebond.web.editing.models import Draft
from rebond.web.editing.posted import KEPT_OUT
from rebond.web.missions.models import Mission

SINCE = "depuis"
_SALT = "rebond.editing.draft"
_DAYS = 7 * 24 * 3600
"""How long after its page was opened a form may still be kept for the one who opened it."""
_LONGEST = 1_000_000
"""Characters of one draft: a project's form weighs a few thousands."""


def token_of(user: User, mission: Mission, address: str) -> str:
    """What lets a page keep its form for a person whose session has ended; it opens nothing."""
    return signing.dumps({"qui": user.pk, "mission": mission.pk, "adresse": address}, salt=_SALT)


def keep(request: HttpRequest, *, address: str) -> bool:
    """Keep what a form holds for the one who opened its page; ``False`` when nothing says who that is."""
    try:
        told = signing.loads(request.POST.get("auteur", ""), salt=_SALT, max_age=_DAYS)
    except signing.BadSignature:
        return False
    if told["adresse"] != address or (request.user.is_authenticated and request.user.pk != told["qui"]):
        return False
    mission = Mission.objects.followed_by(told["qui"]).filter(pk=told["mission"]).first()
    values = typed_values(request.POST)
    if mission is None or sum(len(text) for given in values.values() for text in given) > _LONGEST:
        return False
    Draft.ever.update_or_create(user_id=told["qui"], mission=mission, address=address, defaults={"typed": dict(values)})
    return True


def resumed(address: str) -> str:
    """The address that shows a form with what was kept of it."""
    return f"{address}{'&' if '?' in address else '?'}brouillon=1"


def draft_of(request: HttpRequest, mission: Mission, address: str) -> Draft | None:
    """What the person typed there and did not save."""
    return Draft.objects.visible_to(request.user).of(mission).filter(address=address).first()


def forget(request: HttpRequest, mission: Mission, address: str) -> None:
    """Saved or thrown away."""
    Draft.objects.visible_to(request.user).of(mission).filter(address=address).delete()


def typed_values(sent: QueryDict) -> Mapping[str, list[str]]:
    """The controls of a form, without what is not typed."""
    return {name: sent.getlist(name) for name in sent if name not in KEPT_OUT}
