"""What a person chooses of the letters that the site writes by itself."""

from __future__ import annotations

from typing import Any

from django import forms
from dsfr.forms import DsfrBaseForm

from rebond.web.reminders.people import Chosen
from rebond.web.reminders.rule import DAYS, rule

_HOURS = [(hour, f"{hour} h") for hour in range(24)]


class ChoicesForm(DsfrBaseForm):
    """Days, hour and kinds; no day: never."""

    hour = forms.TypedChoiceField(label="Heure", coerce=int, choices=_HOURS)
    days = forms.MultipleChoiceField(
        label="Jours",
        required=False,
        choices=[(str(rank), name.capitalize()) for rank, name in enumerate(DAYS)],
        widget=forms.CheckboxSelectMultiple,
    )
    kinds = forms.MultipleChoiceField(label="Genres de rappels", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, chosen: Chosen, **kwargs: Any) -> None:
        kinds = rule().kinds
        wanted = [name for name in kinds if name not in chosen.silent]
        initial = {"hour": chosen.hour, "days": list(chosen.days), "kinds": wanted}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["kinds"].choices = [(name, each.label) for name, each in kinds.items()]

    def told(self) -> dict[str, Any]:
        """What is to be written; kinds that are not asked of a person stay as they are."""
        data = self.cleaned_data
        return {
            "hour": data["hour"],
            "days": "".join(sorted(data["days"])),
            "silent": sorted(name for name in rule().kinds if name not in data["kinds"]),
        }
