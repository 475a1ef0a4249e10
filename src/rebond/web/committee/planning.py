"""Sittings planned ahead: their day, place and quorum; convened, opened, or cancelled with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone

from rebond.facts import UNKNOWN
from rebond.restitution.typography import french_date
from rebond.web.accounts.models import User
from rebond.web.committee.models import Sitting
from rebond.web.committee.sittings import held, open_as_day, tell, touched
from rebond.web.editing.decided import fault_of_reason, fault_of_words
from rebond.web.missions.models import Mission
from rebond.web.portfolio.session import day_typed

MOST = {"quorum": 200, "delai": 90}
_LONGEST = {"lieu": 300, "presidence": 200, "visio": 500}
_TIME = re.compile(r"([01]?\d|2[0-3])\s*(?:h|:|\.)\s*([0-5]\d)?")
_web = URLValidator(schemes=["https", "http"])


def read_plan(sent: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What the form of a sitting says, by column, and what is wrong by field, every fault at once."""
    errors: dict[str, str] = {}
    found: dict[str, Any] = {}
    day = day_typed("tenue_le", sent, errors, "Donnez la date de la séance.")
    if day is not UNKNOWN:
        found["held_on"] = day
    kind = sent.get("nature", Sitting.Kind.STEERING)
    if kind not in set(Sitting.Kind):
        errors["nature"] = "Choisissez la nature de la séance."
    found["kind"] = kind
    found["starts_at"], fault = _hour(sent.get("heure", "").strip())
    if fault:
        errors["heure"] = fault
    for name, column in (("lieu", "place"), ("presidence", "chair"), ("visio", "link")):
        text = found[column] = " ".join(sent.get(name, "").split())
        if len(text) > _LONGEST[name]:
            errors[name] = f"{len(text)} caractères, {_LONGEST[name]} au plus : raccourcissez."
        elif fault := fault_of_words(text):
            errors[name] = fault
    if found["link"] and "visio" not in errors:
        try:
            _web(found["link"])
        except ValidationError:
            errors["visio"] = "Ce n’est pas une adresse de visioconférence : elle commence par https://."
    for name, column, empty in (("quorum", "quorum", None), ("delai", "notice_days", 10)):
        text = sent.get(name, "").strip()
        number = whole_number(text, MOST[name])
        found[column] = empty if number is None else number
        if text and number is None:
            errors[name] = f"Écrivez un nombre entier de 1 à {MOST[name]}, ou rien."
    return found, errors


def _hour(text: str) -> tuple[time | None, str]:
    """An hour, and what is wrong with it."""
    said = _TIME.fullmatch(text)
    if said:
        return time(int(said.group(1)), int(said.group(2) or 0)), ""
    return None, "Écrivez l’heure ainsi : 14 h 30, ou rien." if text else ""


def whole_number(text: str, most: int) -> int | None:
    """A whole number from 1, or ``None``."""
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
        return int(text)
    return None


@transaction.atomic
def plan(mission: Mission, sent: Mapping[str, str], *, by: User) -> Sitting | dict[str, str]:
    """Plan a sitting; what is wrong by field, nothing is then written."""
    mission = held(mission)
    found, errors = read_plan(sent)
    if not errors and Sitting.objects.of(mission).filter(
        held_on=found["held_on"], kind=found["kind"], cancelled_at=None
    ).filter(starts_at=found["starts_at"]):
        errors["tenue_le"] = "Une séance de cette nature est déjà prévue à cette date et à cette heure."
    if errors:
        return errors
    sitting = Sitting.objects.create(mission=mission, **found)
    tell(sitting, "prevue", None, plan_words(sitting), by=by)
    return sitting


@transaction.atomic
def change_plan(sitting: Sitting, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Change day, place or quorum of a sitting; its nature does not change."""
    row = touched(sitting, sent)
    found, errors = read_plan({**sent, "nature": row.kind})
    if errors:
        return errors
    before = plan_words(row)
    for name, value in found.items():
        setattr(row, name, value)
    row.save()
    if plan_words(row) != before:
        tell(row, "prevue", before, plan_words(row), by=by)
    return {}


@transaction.atomic
def convened(sitting: Sitting, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Say on which day the sitting was convened."""
    row = touched(sitting, sent)
    errors: dict[str, str] = {}
    day = day_typed("convoquee_le", sent, errors, "Donnez la date de la convocation.")
    if isinstance(day, date) and day > row.held_on:
        errors["convoquee_le"] = "Une convocation part avant la séance."
    if errors or day is UNKNOWN:
        return errors
    before, row.convened_on = row.convened_on, day
    row.save()
    if before != day:
        tell(row, "convoquee", french_date(before) if before else None, french_date(day), by=by)
    return {}


@transaction.atomic
def cancel(sitting: Sitting, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Cancel a sitting that was not opened, with its reason."""
    row = touched(sitting, sent)
    reason = sent.get("motif_annulation", "").strip()
    if not row.is_planned:
        return {"motif_annulation": "Une séance ouverte ne s’annule pas : gelez-la, même sans décision."}
    if fault := fault_of_reason(reason, "Écrivez pourquoi la séance est annulée."):
        return {"motif_annulation": fault}
    row.cancelled_at, row.cancelled_why = timezone.now(), reason
    row.save()
    tell(row, "annulee", plan_words(row), None, by=by, reason=reason)
    return {}


@transaction.atomic
def open_sitting(sitting: Sitting, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Open a planned sitting: its decisions are then recorded. ``ClosedError`` while another one is open."""
    row = touched(sitting, sent)
    if not row.is_planned or not row.decides:
        return {"ouvrir": "Cette séance ne s’ouvre pas."}
    open_as_day(row, "séance prévue au calendrier", by=by)
    return {}


def plan_words(sitting: Sitting) -> str:
    """A planned sitting in words."""
    told = (
        f"{sitting.get_kind_display()} du {french_date(sitting.held_on)}",
        hour_of(sitting),
        sitting.place,
        "en visioconférence" if sitting.link else "",
        f"présidence : {sitting.chair}" if sitting.chair else "",
        f"quorum : {sitting.quorum}" if sitting.quorum else "",
        f"convocation {sitting.notice_days} jours avant",
    )
    return " ; ".join(filter(None, told))


def hour_of(sitting: Sitting) -> str:
    """« 14 h 30 », « 10 h », or nothing."""
    if sitting.starts_at is None:
        return ""
    return f"{sitting.starts_at.hour} h" + (f" {sitting.starts_at:%M}" if sitting.starts_at.minute else "")
