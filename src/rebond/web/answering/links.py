"""The links of letters about referrals: signed, for one address and one answer, and never enough to act.

A link says which row and which key it had that day. What is wrong with one is said to whoever holds it, without whose
it is nor what it was about.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from rebond.facts import UNKNOWN
from rebond.facts.followed import Followed
from rebond.referrals.answers import is_awaited
from rebond.web import signed
from rebond.web.answering.delays import delays
from rebond.web.answering.models import AnswerLink
from rebond.web.referrals.facts import referral_of, step_of
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.recipients import recipients
from rebond.web.signed import WhyClosed

_SALT = "rebond.orientation.reponse"
_NONCE = 16


class Closed(WhyClosed):
    """Why a link takes no answer: a title, what to do, and whether another link may be asked for."""

    FORGED = (
        "Ce lien n’est pas de Rebond, ou il est incomplet",
        "Ouvrez-le depuis le message reçu, sans en retirer la fin. S’il ne s’ouvre toujours pas, demandez-en un autre.",
        True,
    )
    EXPIRED = ("Ce lien a expiré", "Rien n’a été enregistré par lui. Pour répondre, demandez-en un autre.", True)
    REPLACED = (
        "Un lien plus récent remplace celui-ci",
        "Répondez par celui du dernier message reçu. Si vous ne le trouvez pas, demandez-en un autre.",
        True,
    )
    ANSWERED = (
        "Ce lien a déjà servi",
        (
            "La réponse donnée est gardée, et un lien n’en enregistre qu’une. Pour l’étape suivante, un autre vous a "
            "été envoyé ; si vous ne le trouvez pas, demandez-le de nouveau."
        ),
        True,
    )
    REVOKED = (
        "La mission a retiré ce lien",
        "Vous n’avez rien à faire. Pour répondre tout de même, écrivez à la personne nommée dans le message reçu.",
        False,
    )
    LEFT = (
        "Ce lien ne vaut plus à cette adresse",
        (
            "Il avait été envoyé à une personne qui ne représente plus son organisation dans la mission. Si vous "
            "répondez pour cette organisation, écrivez à la personne nommée dans le message reçu."
        ),
        False,
    )
    SETTLED = (
        "Il n’y a plus rien à répondre",
        (
            "Cette orientation est close, ou a déjà reçu une réponse définitive. Si c’est une erreur, écrivez à la "
            "personne nommée dans le message reçu."
        ),
        False,
    )
    WITHDRAWN = (
        "La mission a retiré cette orientation",
        "Vous n’avez rien à faire : aucune réponse n’est plus attendue.",
        False,
    )
    ARCHIVED = (
        "La mission est terminée",
        "Elle ne recueille plus de réponse. Une décision prise depuis se dit à la personne nommée dans le message.",
        False,
    )

    @property
    def another(self) -> bool:
        """Whether another link may be asked for: the answer is the same whether one leaves or not."""
        another: bool = self.value[2]
        return another


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link leads to; ``closed``: why it takes no answer. A link that is not ours leads to no row."""

    link: AnswerLink | None
    closed: Closed | None


def token_of(link: AnswerLink) -> str:
    """What a link bears."""
    return signed.token_of(_SALT, link)


def path_of(link: AnswerLink) -> str:
    """The path of its page."""
    return reverse("reply", args=[token_of(link)])


def opened(token: str) -> Opened:
    """The link that a token names, and why it takes no answer today."""
    found = signed.row_of(_SALT, token, AnswerLink, "referral__project__mission")
    if found is None:
        return Opened(None, Closed.FORGED)
    link, nonce = found
    return Opened(link, _why_closed(link, nonce))


@transaction.atomic
def link_to(referral: SentReferral, address: str) -> AnswerLink:
    """The one live link of an address for a referral, with a new key: any that was sent there before dies."""
    now = timezone.now()
    live = AnswerLink.objects.select_for_update(of=("self",)).filter(referral=referral, sent_to=address)
    link = live.filter(answered_at=None, revoked_at=None).first() or AnswerLink(referral=referral, sent_to=address)
    link.nonce, link.sent_at = secrets.token_hex(_NONCE), now
    link.expires_at = _end(now, followed_of(referral))
    link.save()
    return link


def renewed(token: str) -> AnswerLink | None:
    """A new link in the place of one that expired, was used, or was mislaid; ``None`` where no answer is waited for.

    It goes where the old one went: whoever asks for it learns nothing.
    """
    found = signed.row_of(_SALT, token, AnswerLink, "referral__project__mission")
    if found is None:
        return None
    rows = AnswerLink.objects.filter(referral=found[0].referral_id, sent_to=found[0].sent_to)
    last = rows.select_related("referral__project__mission").order_by("-pk").first()
    if last is None or _why_closed(last, last.nonce) not in (None, Closed.EXPIRED, Closed.ANSWERED):
        return None
    if not is_awaited(followed_of(last.referral)):
        return None
    return link_to(last.referral, last.sent_to)


def followed_of(referral: SentReferral) -> Followed:
    """A referral with every step that was said of it; one query."""
    steps = referral.steps.order_by("number")
    return Followed(referral_of(referral), tuple(step_of(row, referral.ref) for row in steps))


def _why_closed(link: AnswerLink, nonce: str) -> Closed | None:
    return _closed_by_the_mission(link) or _used_up(link, nonce)


def _closed_by_the_mission(link: AnswerLink) -> Closed | None:
    """What no other link would change."""
    project = link.referral.project
    if link.referral.withdrawn_at is not None or project.withdrawn_at is not None:
        return Closed.WITHDRAWN
    if project.mission.archived_at is not None:
        return Closed.ARCHIVED
    if link.revoked_at is not None:
        return Closed.REVOKED
    known = recipients(project.mission, link.referral.organisation)
    return None if link.sent_to in known else Closed.LEFT


def _used_up(link: AnswerLink, nonce: str) -> Closed | None:
    if link.answered_at is not None:
        return Closed.ANSWERED
    if nonce != link.nonce:
        return Closed.REPLACED
    if not is_awaited(followed_of(link.referral)):
        return Closed.SETTLED
    return Closed.EXPIRED if link.expires_at <= timezone.now() else None


def _end(now: datetime, followed: Followed) -> datetime:
    """The end of a day: never before the one by which a first answer is asked."""
    first = followed.state.waits_for_answer
    day, asked = timezone.localdate(now + (delays().first if first else delays().next)), followed.answer_by
    last = max(day, asked) if first and asked is not UNKNOWN else day
    return timezone.make_aware(datetime.combine(last, time(23, 59)))
