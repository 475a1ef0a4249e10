"""A firm is asked for its consent, answers once, takes it back when it wishes; every step is in the journal."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from rebond.restitution.typography import listed
from rebond.web.accounts.models import User
from rebond.web.disclosure import telling
from rebond.web.disclosure.acts import CONSENT, EVERY_PARTNER
from rebond.web.disclosure.agreement import agreement
from rebond.web.disclosure.models import Channel, Consent, ConsentRequest
from rebond.web.disclosure.scope import Scope
from rebond.web.firms.models import Firm
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, Note, author_of, record
from rebond.web.missions.querysets import MissionDataQuerySet
from rebond.web.organisations.models import Organisation

_NONCE = 16
_MOST_SIGNED = 300
_MOST_ORGANISATION = 200


class AnsweredError(Exception):
    """The request was answered or withdrawn meanwhile: an answer counts once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who answers for a firm, and how; without an account, a name and what the person is there."""

    name: str
    channel: Channel
    user: User | None = None

    def author(self, firm: Firm) -> Author:
        """As the journal signs it."""
        if self.user is not None:
            return author_of(self.user)
        return Author(
            user=None, name=f"{self.name} (lien)"[:_MOST_ORGANISATION], on_behalf=firm.name[:_MOST_ORGANISATION]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a firm agrees to: for whom, exact amounts or not, whom to call."""

    organisations: Sequence[Organisation | None]
    """``None``: every partner."""
    scope: Scope = field(default_factory=Scope)


@transaction.atomic
def ask(firm: Firm, organisations: Collection[Organisation], *, sent_to: str, by: User | None) -> ConsentRequest:
    """Ask a firm; what it was asked before and did not answer is closed, its link too."""
    for held in open_requests(ConsentRequest.objects.of(firm.mission).filter(firm=firm)):
        close(held, by=by, reason="remplacée par une nouvelle demande")
    now, text = timezone.now(), agreement()
    request = ConsentRequest.objects.create(
        firm=firm,
        text=text.words(firm.mission, sorted(organisations, key=str)),
        sent_to=sent_to,
        nonce=secrets.token_hex(_NONCE),
        asked_at=now,
        asked_by=by,
        expires_at=now + text.link,
    )
    request.organisations.set(organisations)
    _tell(request, "demande", by=author_of(by) if by else Author(user=None), after=words_of(request))
    return request


@transaction.atomic
def renew(request: ConsentRequest, *, by: User) -> ConsentRequest:
    """Another link for the same request; the one before opens nothing any more."""
    held = _locked(request)
    if not held.is_open:
        raise AnsweredError
    held.nonce, held.asked_at = secrets.token_hex(_NONCE), timezone.now()
    held.expires_at = held.asked_at + agreement().link
    held.save(update_fields=["nonce", "asked_at", "expires_at"])
    _tell(held, "nouveau lien", by=author_of(by), after=words_of(held))
    return held


@transaction.atomic
def close(request: ConsentRequest, *, by: User | None, reason: str = "") -> None:
    """The request is withdrawn; nothing when it was answered or withdrawn already."""
    held = _locked(request)
    if held.is_open:
        held.closed_at = timezone.now()
        held.save(update_fields=["closed_at"])
        author = author_of(by) if by else Author(user=None)
        _tell(held, "demande retirée", by=author, before=words_of(held), reason=reason)


@transaction.atomic
def agree(request: ConsentRequest, given: Given, *, by: Signed) -> list[Consent]:
    """The firm agrees, once; those it did not name are told nothing. Raises ``AnsweredError``."""
    held = _answered(request, ConsentRequest.Answer.AGREED, by)
    made = [_consent(held.firm, one, given, held.text, by, held) for one in given.organisations]
    _tell(held, "", by=by.author(held.firm), after=_named(given.organisations), reason=given.scope.words)
    telling.answered(held)
    return made


@transaction.atomic
def refuse(request: ConsentRequest, *, by: Signed, reason: str = "", author: Author | None = None) -> None:
    """The firm refuses, once: it is written, and nothing changes in what is shown. Raises ``AnsweredError``."""
    held = _answered(request, ConsentRequest.Answer.REFUSED, by, reason)
    _tell(held, "refus", by=author or by.author(held.firm), after="refus", reason=reason)
    telling.answered(held)


@transaction.atomic
def give(firm: Firm, given: Given, *, by: Signed) -> list[Consent]:
    """A firm agrees of its own accord, in its space; what stands already is left as it is."""
    mission = firm.mission
    standing = set(Consent.objects.of(mission).filter(firm=firm).values_list("organisation", flat=True))
    wanted = [one for one in given.organisations if (one.pk if one else None) not in standing]
    text = agreement().words(mission, [one for one in wanted if one])
    made = [_consent(firm, one, given, text, by, None) for one in wanted]
    if made:
        note = Note(kind=CONSENT, ref=firm.ref, label=firm.name, after=_named(wanted))
        record(mission, [note], by=by.author(firm), act=Act.MANAGED, reason=given.scope.words)
    return made


@transaction.atomic
def take_back(consents: MissionDataQuerySet[Consent], *, said_by: str, author: Author) -> int:
    """End consents now: from the next page opened, nobody reads by them; who read by them is told. How many ended."""
    held = list(
        consents.filter(ended_at=None).select_for_update(of=("self",)).select_related("firm__mission", "organisation")
    )
    for consent in held:
        consent.ended_at, consent.ended_by = timezone.now(), said_by[:_MOST_SIGNED]
        consent.save(update_fields=["ended_at", "ended_by"])
        firm, to = consent.firm, _named([consent.organisation])
        note = Note(kind=CONSENT, ref=firm.ref, label=firm.name, before=to)
        record(firm.mission, [note], by=author, act=Act.MANAGED)
        telling.taken_back(consent)
    return len(held)


def open_requests(rows: MissionDataQuerySet[ConsentRequest]) -> MissionDataQuerySet[ConsentRequest]:
    """Those that firms did not answer and that nobody withdrew; past ones too: they can be sent again."""
    rows = rows.filter(answer="", closed_at=None)
    return rows.select_related("firm", "asked_by").prefetch_related("organisations")


def words_of(request: ConsentRequest) -> str:
    """Whom a request is for."""
    return _named(list(request.organisations.all()) or [None])


def _named(organisations: Sequence[Organisation | None]) -> str:
    return listed([str(each) if each else EVERY_PARTNER for each in organisations])


def _answered(request: ConsentRequest, answer: ConsentRequest.Answer, by: Signed, reason: str = "") -> ConsentRequest:
    held = _locked(request)
    if not held.is_open:
        raise AnsweredError
    held.answer, held.answered_at, held.answered_by = answer, timezone.now(), by.name[:_MOST_SIGNED]
    held.channel, held.reason = by.channel, reason
    held.save(update_fields=["answer", "answered_at", "answered_by", "channel", "reason"])
    return held


def _consent(
    firm: Firm, to: Organisation | None, given: Given, text: str, by: Signed, request: ConsentRequest | None
) -> Consent:
    found: Consent = Consent.objects.create(
        firm=firm,
        organisation=to,
        text=text,
        signed_by=by.name[:_MOST_ORGANISATION],
        given_on=timezone.localdate(),
        recorded_by=by.user,
        channel=by.channel,
        amounts=given.scope.amounts,
        contact=given.scope.contact,
        request=request,
    )
    return found


def _locked(request: ConsentRequest) -> ConsentRequest:
    rows = ConsentRequest.ever.select_for_update(of=("self",)).select_related("firm__mission")
    return rows.get(pk=request.pk)


def _tell(
    request: ConsentRequest, what: str, *, by: Author, before: str = "", after: str = "", reason: str = ""
) -> None:
    firm = request.firm
    path = (what,) if what else ()
    note = Note(kind=CONSENT, ref=firm.ref, label=firm.name, path=path, before=before or None, after=after or None)
    record(firm.mission, [note], by=by, act=Act.MANAGED, reason=reason)
