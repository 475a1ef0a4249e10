"""How amounts, rates, dates and unknown values are written on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from rebond import facts
from rebond.financing.plan.certainty import SupportStack
from rebond.indicators.model import NOT_GIVEN
from rebond.indicators.model import heading as agreed_heading
from rebond.restitution.typography import french_date, typeset
from rebond.units import NO_BREAK_SPACE, format_euros, format_number, format_rate
from rebond.web.catalogue.reading import current_catalogue, organisation_name, shown_facts
from rebond.web.missions.tagged import declared_from_data
from rebond.web.wording import sentence

if TYPE_CHECKING:
    from rebond.web.studies.models import Indicator

register = template.Library()


class HasStack(Protocol):
    """A plan, computed or stored."""

    @property
    def stack(self) -> SupportStack | None:
        """Its support by certainty."""


UNKNOWN = mark_safe('<span class="rb-unknown">inconnu</span>')

register.filter("fr", typeset)
register.filter("sentence", sentence)
register.filter("organisation", organisation_name)


@register.filter
def declared(rows: list[list[Any]]) -> list[tuple[str, str]]:
    """Declared facts of a row: label and value."""
    return shown_facts(declared_from_data(rows))


@register.filter
def objectives(codes: list[str]) -> list[str]:
    """The objectives of a project, in words."""
    fact = current_catalogue().dictionary["objectifs"]
    return [fact.show(code) for code in codes]


@register.filter
def euros(value: Decimal | int | facts.Unknown | None) -> str:
    """Whole euros, or « inconnu »."""
    return UNKNOWN if value is None or value is facts.UNKNOWN else format_euros(round(value))


@register.filter
def levels(plan: HasStack) -> list[tuple[str, int]]:
    """The support of a plan by certainty, the surest first; firm is always said, be it nothing.

    Empty when the plan brings nothing, or was stored without its levels.
    """
    stack = plan.stack
    return [] if stack is None else [(state.label, amount) for state, amount in stack.levels()]


@register.filter
def number(value: Decimal | int | None, decimals: int = 0) -> str:
    """A number with narrow spaces, or « inconnu »."""
    return UNKNOWN if value is None else format_number(value, decimals)


@register.filter
def pluralize(value: float | Decimal | str | Sized | None, endings: str = "s") -> str:
    """Django's own, as French counts: singular below two, ``0 projet`` and ``1,5 point`` included.

    ``value``: a number, be it in digits, or what has a length; nothing counts for none. ``endings``: that of the
    plural, or both between a comma.
    """
    one, many = endings.split(",") if "," in endings else ("", endings)
    told = value or 0
    count = float(told) if isinstance(told, int | float | Decimal | str) else len(told)
    return many if abs(count) >= _FIRST_PLURAL else one


_FIRST_PLURAL = 2


@register.filter
def rate(value: Decimal | int | None) -> str:
    """A share as a percentage, or « inconnu »."""
    return UNKNOWN if value is None else format_rate(Decimal(value))


@register.filter
def is_known(value: object) -> bool:
    """Whether there is a value to write: UNKNOWN of the core, which is neither true nor false, is none."""
    return value is not None and value is not facts.UNKNOWN and value != ""


@register.filter
def known(value: object) -> object:
    """A value as it is; « inconnu » for ``None`` and empty texts; yes and no in French."""
    if not is_known(value):
        return UNKNOWN
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value


@register.filter
def day(value: date | facts.Unknown | None) -> str:
    """``5 octobre 2026``, or « inconnu »."""
    if value is None or value is facts.UNKNOWN:
        return UNKNOWN
    return french_date(value)


@register.filter
def spaced(digits: str, group: int = 3) -> str:
    """``000 113 688``: a SIREN in groups of three; « inconnu » when empty."""
    if not digits:
        return UNKNOWN
    head = [digits[i : i + group] for i in range(0, min(len(digits), 9), group)]
    return NO_BREAK_SPACE.join([*head, *([digits[9:]] if len(digits) > 9 else [])])  # noqa: PLR2004 - a SIREN


@register.filter
def size(octets: int) -> str:
    """``123 ko``, ``1,2 Mo``."""
    kilo = 1024
    if octets < kilo * kilo:
        return f"{format_number(max(1, round(octets / kilo)))}{NO_BREAK_SPACE}ko"
    return f"{format_number(Decimal(octets) / (kilo * kilo), 1)}{NO_BREAK_SPACE}Mo"


@register.simple_tag
def answer(value: str, labels: str = "Oui,Non,Inconnu") -> SafeString:
    """A three-valued answer: a sign, a word, a colour."""
    words = dict(zip(("oui", "non", "inconnu"), labels.split(","), strict=True))
    return format_html('<span class="rb-answer rb-answer--{}">{}</span>', value, words[value])


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, object], **changes: object) -> str:
    """The page's query string with changes; an empty value removes the key, the page number goes back to 1."""
    request = context["request"]
    params = request.GET.copy()  # type: ignore[attr-defined]  # the context is untyped
    params.pop("page", None)
    for key, value in changes.items():
        params.pop(key, None)
        if value not in {"", None}:
            params[key] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag(takes_context=True)
def remove(context: Mapping[str, object], name: str) -> str:
    """The page's query string without one key."""
    return query(context, **{name: ""})


@register.simple_tag
def dispositif_url(identifier: str) -> str:
    """The page of a dispositif in the catalogue."""
    funder, _, slug = identifier.partition("/")
    return reverse("catalogue:dispositif", args=[funder, slug])


@register.filter
def share(value: float) -> str:
    """A small share, with two decimals: ``0,05 %``."""
    return format_rate(Decimal(str(round(value, 4))))


@register.filter
def headline(indicator: Indicator) -> str:
    """A figure of the home page: large amounts in millions, the unit left to the label, « au moins » with it."""
    return indicator.brief


@register.filter
def heading(indicator: Indicator) -> str:
    """The label of a figure of the home page, singular when it counts one or none.

    The text says which: it carries the most that the figure may be, and what nobody gave is neither one nor none.
    """
    single = indicator.text != NOT_GIVEN and indicator.unit not in indicator.text
    return agreed_heading(indicator.label, indicator.unit, Decimal(1 if single else _FIRST_PLURAL))
