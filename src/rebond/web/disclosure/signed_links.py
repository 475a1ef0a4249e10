"""The links that a firm without an account answers by, and takes its consent back by: signed, and never enough to act.

A link says which request and which key it had that day: a request whose key changed, or that was withdrawn, opens
nothing by it. What is wrong with a link is said to whoever holds it, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from rebond.facts import DescentAct
from rebond.web import signed
from rebond.web.disclosure.models import ConsentRequest
from rebond.web.missions.models import Descent
from rebond.web.signed import WhyClosed

_ANSWER, _WITHDRAW = "rebond.accord", "rebond.accord.retrait"


class Closed(WhyClosed):
    """Why a link lets nobody answer: a title, and what to do."""

    FORGED = (
        "Ce lien n’est pas de Rebond, ou il est incomplet",
        (
            "Ouvrez-le depuis le message reçu, sans en retirer la fin. S’il ne s’ouvre toujours pas, demandez-en un "
            "autre à la personne qui suit votre projet."
        ),
    )
    EXPIRED = (
        "Ce lien a expiré",
        "Rien n’a été communiqué sur cette demande. Demandez un nouveau lien à la mission si vous voulez répondre.",
    )
    WITHDRAWN = (
        "La mission a retiré cette demande",
        "Vous n’avez rien à faire. Si un autre lien vous a été envoyé depuis, répondez par celui-là.",
    )
    ANSWERED = (
        "Vous avez déjà répondu",
        (
            "Un lien sert à répondre une seule fois. Pour changer d’avis après un refus, demandez un nouveau lien à la "
            "mission ; un accord se retire par le lien de retrait qui l’accompagne."
        ),
    )
    JOINED = (
        "Votre fiche a été réunie avec une autre",
        "Ce lien portait sur l’ancienne fiche et ne vaut plus. Demandez à la mission un lien sur celle d’aujourd’hui.",
    )
    GONE = (
        "Votre entreprise n’est plus dans la mission",
        "Plus rien n’est communiqué de vos projets. Si c’est une erreur, écrivez à la mission.",
    )
    ARCHIVED = (
        "La mission est terminée",
        (
            "Elle ne recueille plus d’accord. Un accord déjà donné se retire encore, par son lien de retrait ou en "
            "écrivant à la mission."
        ),
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link leads to; ``closed``: why it lets nobody act; without ``request``, it is no link of ours."""

    request: ConsentRequest | None
    closed: Closed | None


def answer_token(request: ConsentRequest) -> str:
    """What the link to answer bears: the same each time that it is shown, the day when it ends is in the request."""
    return signed.token_of(_ANSWER, request)


def withdrawal_token(request: ConsentRequest) -> str:
    """What the link to take a consent back bears: it holds as long as the consent."""
    return signed.token_of(_WITHDRAW, request)


def answer_path(request: ConsentRequest) -> str:
    """Path of the link to answer."""
    return reverse("consent", args=[answer_token(request)])


def withdrawal_path(request: ConsentRequest) -> str:
    """Path of the link to take a consent back."""
    return reverse("withdrawal", args=[withdrawal_token(request)])


def opened_to_answer(token: str) -> Opened:
    """The request that a link answers today."""
    found = signed.row_of(_ANSWER, token, ConsentRequest, "firm__mission")
    if found is None:
        return Opened(None, Closed.FORGED)
    request, nonce = found
    return Opened(request, _why_closed(request, nonce))


def opened_to_withdraw(token: str) -> Opened:
    """The request whose consent a link takes back: an archived mission does not keep a firm from it."""
    found = signed.row_of(_WITHDRAW, token, ConsentRequest, "firm__mission")
    if found is None or found[1] != found[0].nonce:
        return Opened(None, Closed.FORGED)
    return Opened(found[0], None)


def _why_closed(request: ConsentRequest, nonce: str) -> Closed | None:
    mission, firm = request.firm.mission, request.firm
    if firm.withdrawn_at is not None:
        joined = Descent.objects.of(mission).filter(act=DescentAct.FIRMS_MERGED, origin=firm.ref)
        return Closed.JOINED if joined.exists() else Closed.GONE
    if mission.archived_at is not None:
        return Closed.ARCHIVED
    if request.closed_at is not None or nonce != request.nonce:
        return Closed.WITHDRAWN
    if request.answer:
        return Closed.ANSWERED
    return Closed.EXPIRED if request.expires_at <= timezone.now() else None
