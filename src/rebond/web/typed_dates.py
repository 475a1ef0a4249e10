"""A date typed as people write it, in Django's forms as in those of the workbook's columns: no browser reorders it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from rebond.facts import UNKNOWN
from rebond.reading.dates import read_date
from rebond.reading.problem import Unreadable
from rebond.web.wording import mending


class TypedDateField(forms.DateField):
    """« 31/12/2026 », « 1er mars 2027 » : the browser's control follows the language of the machine instead."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Par exemple 31/12/2027")
        kwargs.setdefault("widget", forms.DateInput(attrs={"inputmode": "text"}, format="%d/%m/%Y"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day; what is wrong and how to mend it, in the words of every other date."""
        try:
            found = read_date(value)
        except Unreadable as fault:
            raise ValidationError(mending(fault), code="invalid") from None
        return None if found.value is UNKNOWN else found.value
