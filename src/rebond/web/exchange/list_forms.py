"""The forms of a partner's list: where it comes from, then which column is what."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from dsfr.forms import DsfrBaseForm

from rebond.adapters.partner_lists import AMOUNTS, UNITS, DateOrder, Field, Numbers, Offered
from rebond.restitution.typography import typeset
from rebond.web.exchange.partner_lists import Settled, organisations
from rebond.web.typed_dates import TypedDateField

LONGEST_PASTE = 2_000_000
EACH_ITS_OWN = "Chaque ligne nomme le sien"


class ListForm(DsfrBaseForm):
    """A list, pasted or sent: whose it is, and of when."""

    partner = forms.ChoiceField(
        label="Organisation dont vient la liste",
        required=False,
        help_text="Laissez «\u202fChaque ligne nomme le sien\u202f» si une colonne dit qui accorde l’aide.",
    )
    dated = TypedDateField(
        label="Date de la liste",
        help_text="Celle à laquelle l’organisation l’a arrêtée : elle vaut pour les lignes qui n’ont pas la leur. "
        "Par exemple 01/10/2026.",
    )
    text = forms.CharField(
        label="Lignes collées depuis un tableur",
        max_length=LONGEST_PASTE,
        required=False,
        strip=False,
        help_text="Copiez le tableau avec ses titres, puis collez-le ici.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label="Ou un fichier",
        required=False,
        help_text=".csv, .xlsx ou .ods, 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.ods"}),
    )

    def __init__(self, *args: Any, first: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        """``first``: codes of the partners that already gave lines."""
        super().__init__(*args, **kwargs)
        known = sorted(organisations(), key=lambda choice: choice.label.casefold())
        groups = [
            ("Listes déjà reçues", [(each.code, typeset(each.label)) for each in known if each.code in first]),
            (
                "Organisations du catalogue",
                [(each.code, typeset(each.label)) for each in known if each.code not in first],
            ),
        ]
        self.fields["partner"].choices = [("", EACH_ITS_OWN), *(group for group in groups if group[1])]
        self.fields["file"].widget.attrs["class"] = "fr-upload"

    def clean_dated(self) -> Any:
        """No list is of tomorrow."""
        found = self.cleaned_data["dated"]
        if found > timezone.localdate():
            raise forms.ValidationError("Cette date n’est pas encore venue : donnez celle de la liste.")
        return found

    def clean(self) -> dict[str, Any]:
        """One of the two ways, not both."""
        super().clean()
        told: dict[str, Any] = self.cleaned_data
        pasted, file = bool((told.get("text") or "").strip()), told.get("file")
        if pasted and file:
            self.add_error("file", "Collez des lignes ou choisissez un fichier, pas les deux.")
        elif not pasted and not file and "text" not in self.errors and "file" not in self.errors:
            self.add_error("text", "Collez des lignes, ou choisissez un fichier.")
        return told


class Chosen:
    """What is posted of the columns: read, with its faults; nothing posted, what is proposed."""

    def __init__(self, found: Offered, posted: Mapping[str, str] | None) -> None:
        columns = found.columns
        fields = {column: field for field, column in columns.places.items()}
        words = {value: word for word, value in UNITS.items()}
        self.fields: dict[int, str] = {}
        self.units: dict[int, str] = {}
        self.errors: dict[str, str] = {}
        for column in found.names:
            proposed = fields.get(column)
            unit = columns.units.get(proposed, Decimal(1)) if proposed else Decimal(1)
            told = posted or {}
            self.fields[column] = told.get(f"colonne-{column}", "") if posted is not None else (proposed or "")
            self.units[column] = told.get(f"unite-{column}", "euros") if posted is not None else words[unit]
        self.dates = (posted or {}).get("dates", columns.dates.value)
        self.numbers = (posted or {}).get("nombres", columns.numbers.value)
        if posted is not None:
            self._check()

    def _check(self) -> None:
        known = {field.value for field in Field}
        seen: dict[str, int] = {}
        for column, name in self.fields.items():
            if name and name not in known:
                self.errors[f"colonne-{column}"] = "Champ inconnu : choisissez dans la liste."
            elif name and name in seen:
                self.errors[f"colonne-{column}"] = "Une autre colonne est déjà lue ainsi : n’en gardez qu’une."
            if name:
                seen.setdefault(name, column)
            if self.units[column] not in UNITS:
                self.errors[f"unite-{column}"] = "Unité inconnue : choisissez dans la liste."
        if Field.FIRM.value not in seen:
            first = next(iter(self.fields), 0)
            self.errors.setdefault(f"colonne-{first}", "Dites quelle colonne est le nom de l’entreprise.")
        if self.dates not in {order.value for order in DateOrder}:
            self.errors["dates"] = "Choisissez dans la liste."
        if self.numbers not in {numbers.value for numbers in Numbers}:
            self.errors["nombres"] = "Choisissez dans la liste."

    @property
    def settled(self) -> Settled:
        """What a person says; only when nothing is at fault."""
        places = {Field(name): column for column, name in self.fields.items() if name}
        return Settled(
            places=places,
            units={field: UNITS[self.units[places[field]]] for field in AMOUNTS if field in places},
            dates=DateOrder(self.dates),
            numbers=Numbers(self.numbers),
        )
