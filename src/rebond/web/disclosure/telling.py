"""Who is told that a consent was given, refused or taken back: by mail once it is written, and in their space.

A partner is told of its code names alone: it was given the firm's name, and is given it no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from rebond.restitution.typography import listed
from rebond.web.accounts.models import User
from rebond.web.disclosure.agreement import agreement
from rebond.web.disclosure.disclosed import code_of
from rebond.web.disclosure.models import Consent, ConsentRequest, Shared
from rebond.web.disclosure.signed_links import answer_path, withdrawal_path
from rebond.web.mail import letter, send_later
from rebond.web.missions.access import Part
from rebond.web.missions.models import Membership, Mission, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """That projects bear a code name again, and since when."""

    at: datetime
    projects: str


def answered(request: ConsentRequest) -> None:
    """The pilots read that a firm answered."""
    firm = request.firm
    context = {"request": request, "firm": firm, "mission": firm.mission}
    for address in _addresses(firm.mission, role=Role.PILOT):
        _send(
            address, f"{firm.name} : {request.get_answer_display().lower()}", "disclosure/letter_answered.txt", context
        )


def taken_back(consent: Consent) -> None:
    """Those who read by a consent, the firm's people and the pilots read that it ended."""
    firm, mission = consent.firm, consent.firm.mission
    own = {"consent": consent, "firm": firm, "mission": mission}
    for address in {*_addresses(mission, role=Role.PILOT), *_addresses(mission, role=Role.FIRM, firm=firm)}:
        _send(address, f"{firm.name} : accord retiré", "disclosure/letter_taken_back.txt", own)
    for organisation, codes in _who_read(consent).items():
        told = {"mission": mission, "projects": listed([f"Projet {each.upper()}" for each in codes])}
        for address in _addresses(mission, role=Role.PARTNER, organisation=organisation):
            _send(address, f"{mission.name} : un accord a pris fin", "disclosure/letter_partner.txt", told)


def asked_by_mail(request: HttpRequest, asked: ConsentRequest) -> None:
    """The firm receives the link, when someone gave its address and the mission writes to people."""
    if asked.sent_to and not asked.firm.mission.letters_held:
        firm = asked.firm
        context = {"asked": asked, "firm": firm, "mission": firm.mission, "link": _link(request, answer_path(asked))}
        _send(asked.sent_to, f"{firm.mission.name} : votre accord", "disclosure/letter_asked.txt", context)


def receipt(request: HttpRequest, asked: ConsentRequest) -> None:
    """The firm receives what it agreed to, and the link by which it takes it back."""
    if asked.sent_to:
        firm = asked.firm
        consents = list(asked.consents.select_related("organisation"))
        context = {"asked": asked, "firm": firm, "consents": consents, "link": _link(request, withdrawal_path(asked))}
        _send(asked.sent_to, f"{firm.mission.name} : votre accord est noté", "disclosure/letter_receipt.txt", context)


def _link(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(path)


def notices(mission: Mission, part: Part) -> list[Notice]:
    """The consents that ended of late and by which a partner read projects that it now reads under a code name."""
    if part.role != Role.PARTNER or part.organisation is None:
        return []
    since = timezone.now() - agreement().notice
    ended = Consent.ever.of(mission).filter(ended_at__gt=since).order_by("-ended_at")
    ended = ended.filter(Q(organisation=None) | Q(organisation=part.organisation))
    standing = Consent.objects.of(mission).filter(Q(organisation=None) | Q(organisation=part.organisation))
    firms: dict[int, datetime] = {}
    for row in ended.exclude(firm__in=standing.values("firm")):
        if row.ended_at is not None:
            firms.setdefault(row.firm_id, row.ended_at)
    shared = Shared.objects.of(mission).filter(organisation=part.organisation, project__firm__in=firms)
    codes: dict[int, list[str]] = {}
    for one in shared.select_related("project"):
        if one.at < firms[one.project.firm_id]:
            codes.setdefault(one.project.firm_id, []).append(f"Projet {code_of(one.project).upper()}")
    return [Notice(at=firms[firm], projects=listed(sorted(found))) for firm, found in codes.items()]


def _who_read(consent: Consent) -> dict[int, list[str]]:
    """By organisation, the codes of the projects that it read in clear by this consent alone."""
    mission = consent.firm.mission
    shared = Shared.objects.of(mission).filter(organisation__isnull=False, project__firm=consent.firm)
    if consent.organisation_id is not None:
        shared = shared.filter(organisation=consent.organisation_id)
    others = Consent.objects.of(mission).filter(firm=consent.firm)
    still = set(others.values_list("organisation", flat=True))
    found: dict[int, list[str]] = {}
    for row in shared.select_related("project"):
        if row.organisation_id and None not in still and row.organisation_id not in still:
            found.setdefault(row.organisation_id, []).append(code_of(row.project))
    return found


def _addresses(mission: Mission, **part: object) -> set[str]:
    people = Membership.objects.of(mission).filter(user__is_active=True, **part).exclude(user__email="")
    return set(people.values_list("user__email", flat=True))


def pilots_of(mission: Mission) -> list[User]:
    """Whom a firm may write to."""
    rows = Membership.objects.of(mission).filter(role=Role.PILOT, user__is_active=True).select_related("user")
    return [row.user for row in rows.order_by("user__last_name", "user__username")]


def _send(to: str, subject: str, template: str, context: Mapping[str, object]) -> None:
    """Once the change is written, behind the page: a letter that cannot leave stops nothing."""
    transaction.on_commit(partial(_leave, to, subject, template, context))


def _leave(to: str, subject: str, template: str, context: Mapping[str, object]) -> None:
    send_later(letter(to, subject, template, context))
