"""The code of a telephone (TOTP, RFC 6238) and the recovery codes: django-otp keeps and checks both."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from rebond.web.accounts.models import User
from rebond.web.missions.access import TEAM
from rebond.web.missions.models import Membership

RECOVERY_CODES = 10
_NAME, _DIGITS = "téléphone", 6


def must_have(user: User) -> bool:
    """Whether the instance asks this person for a second factor."""
    asked = settings.SECOND_FACTOR
    if asked in {"administrateurs", "equipe"} and user.is_staff:
        return True
    if asked == "equipe":
        return Membership.objects.filter(user=user, role__in=TEAM).exists()
    return bool(asked == "tous")


def device_of(user: User) -> Any:
    """The telephone that a person confirmed; ``None`` without one."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def device_to_confirm(user: User) -> Any:
    """The telephone that a person is setting: its secret stays the same until it is confirmed."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": _NAME})
    return device


@transaction.atomic
def confirm(user: User, code: str) -> list[str]:
    """The recovery codes, shown once, when the code is that of the telephone being set; empty otherwise."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(_digits(code)):
        return []
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save()
    return _new_recovery_codes(user)


@transaction.atomic
def is_right(user: User, code: str) -> bool:
    """Whether a code is that of the telephone now, or a recovery code; each serves once."""
    said = _digits(code).lower()
    # A wrong code of the telephone must not hold up the recovery codes, nor the other way round.
    kind = TOTPDevice if len(said) == _DIGITS and said.isdecimal() else StaticDevice
    device = kind.objects.select_for_update().filter(user=user, confirmed=True).first()
    return device is not None and bool(device.verify_token(said))


@transaction.atomic
def forget(user: User) -> None:
    """Neither telephone nor recovery codes."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def codes_left(user: User) -> int:
    """Recovery codes that were not used."""
    return int(StaticToken.objects.filter(device__user=user).count())


def drawing(device: Any) -> str:
    """The square that a telephone reads, as SVG without style attributes."""
    made: str = segno.make(device.config_url, error="m").svg_inline(
        scale=5, border=3, dark="#161616", light="#ffffff", omitsize=True, svgclass="rb-qr", lineclass=None
    )
    return made


def secret_words(device: Any) -> str:
    """The secret in groups of four letters, for a telephone that cannot read the square."""
    from base64 import b32encode

    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _new_recovery_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    kept = StaticDevice.objects.create(user=user, name="codes de secours")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=kept, token=code) for code in codes)
    return codes


def _digits(code: str) -> str:
    return "".join(code.split())
