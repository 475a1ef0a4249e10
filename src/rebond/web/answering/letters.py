"""The letters that bear links, and the lines that the letter of a referral takes from here."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urljoin

from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string

from rebond.facts import ReferralStep
from rebond.restitution.typography import listed
from rebond.web.answering.links import path_of
from rebond.web.answering.models import AnswerLink
from rebond.web.answering.told import Told, day_of
from rebond.web.disclosure.telling import pilots_of
from rebond.web.mail import Absolute, letter


def lines_of(link: AnswerLink, told: Told, absolute: Absolute) -> str:
    """The link, what it may do and until when: in every letter that bears one, with ``rule.txt`` once."""
    context = {
        "link": absolute(path_of(link)),
        "until": day_of(link),
        "choices": told.may_do,
    }
    return render_to_string("answering/link.txt", context).strip()


def letter_after(
    told: Told,
    *,
    to: str,
    link: AnswerLink | None,
    absolute: Absolute,
    steps: Sequence[ReferralStep] = (),
    by: str = "",
) -> EmailMessage:
    """What was answered, and the link of the step that follows; without steps, the new link that someone asked for."""
    mission = told.mission
    context = {
        "project": told.name,
        "mission": mission,
        "noted": told.lines(steps),
        "by": by,
        "link": lines_of(link, told, absolute) if link else "",
        "pilots": listed([f"{each}{f', {each.email}' if each.email else ''}" for each in pilots_of(mission)], last="ou")
        or "la mission",
    }
    what = "votre réponse" if steps else "votre nouveau lien"
    return letter(to, f"{mission.name} : {what}", "answering/letter_next.txt", context)


def absolute_from(request: HttpRequest) -> Absolute:
    """Whole addresses after the request is over."""
    root = request.build_absolute_uri("/")
    return lambda path: urljoin(root, path)
