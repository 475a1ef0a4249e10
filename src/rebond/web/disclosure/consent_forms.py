"""What a firm answers, and what the pilot asks it. Nothing is ticked in advance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.disclosure.acts import EVERY_PARTNER
from rebond.web.disclosure.consenting import Given, Signed
from rebond.web.disclosure.forms import FirmForm, label_of, partners_of
from rebond.web.disclosure.models import Channel
from rebond.web.disclosure.scope import ScopeForm
from rebond.web.missions.models import Mission
from rebond.web.organisations.models import Organisation

ALL = "tous"
AGREE, REFUSE = "accorder", "refuser"
_LONGEST_REASON = 1_000


class AnswerForm(ScopeForm):
    """A firm agrees for the organisations that it ticks, or refuses; who answers signs."""

    field_order = ("organisations", "montants", "contact", "nom", "fonction", "motif")

    organisations = forms.MultipleChoiceField(
        label="J’accepte pour", required=False, widget=forms.CheckboxSelectMultiple
    )
    nom = forms.CharField(
        label="Vos nom et prénom",
        max_length=150,
        widget=forms.TextInput(attrs={"class": "fr-input", "autocomplete": "name"}),
        error_messages={"required": "Écrivez votre nom : la réponse est gardée avec lui."},
    )
    fonction = forms.CharField(
        label="Votre fonction dans l’entreprise",
        max_length=140,
        widget=forms.TextInput(attrs={"class": "fr-input", "autocomplete": "organization-title"}),
        error_messages={"required": "Écrivez votre fonction : elle dit que vous pouvez répondre pour l’entreprise."},
    )
    motif = forms.CharField(
        label="Si vous refusez, pourquoi (facultatif)",
        max_length=_LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 2}),
    )

    def __init__(
        self, data: Any = None, *, organisations: Sequence[Organisation], gesture: str, user: User | None = None
    ) -> None:
        super().__init__(data)
        self._organisations = {str(each.pk): each for each in organisations}
        self._gesture, self._user = gesture, user
        fields: Any = self.fields
        fields["organisations"].choices = [(key, typeset(one.name)) for key, one in self._organisations.items()] or [
            (ALL, EVERY_PARTNER.capitalize())
        ]
        if user is not None:
            del fields["nom"], fields["fonction"]

    def clean(self) -> dict[str, Any]:
        """An agreement is for someone; a refusal ticks nobody."""
        super().clean()
        told: dict[str, Any] = self.cleaned_data
        ticked = told.get("organisations")
        if self._gesture == AGREE and not ticked and "organisations" not in self.errors:
            self.add_error("organisations", "Cochez à qui vous donnez votre accord, ou choisissez « Refuser ».")
        if self._gesture == REFUSE and ticked:
            self.add_error("organisations", "Vous avez coché une organisation : décochez-la pour refuser.")
        return told

    def given(self) -> Given:
        """What the firm agrees to."""
        told = self.cleaned_data
        named = [None if key == ALL else self._organisations[key] for key in told["organisations"]]
        return Given(organisations=named, scope=self.scope())

    def signed(self) -> Signed:
        """Who answers: the account that is signed in, else who wrote a name."""
        if self._user is not None:
            return Signed(name=str(self._user), channel=Channel.SPACE, user=self._user)
        told = self.cleaned_data
        return Signed(name=f"{told['nom'].strip()}, {told['fonction'].strip()}", channel=Channel.LINK)


class AskForm(FirmForm):
    """Which firm to ask, for whom, and where to send the link."""

    organisations = forms.ModelMultipleChoiceField(
        label="Pour qui",
        queryset=Organisation.objects.none(),
        required=False,
        help_text="Sans choix : tous les partenaires de la mission.",
        widget=forms.SelectMultiple(attrs={"class": "fr-select", "size": 6}),
    )
    courriel = forms.EmailField(
        label="Adresse électronique de l’entreprise (facultatif)",
        required=False,
        max_length=254,
        help_text="Le lien lui est envoyé ; sans adresse, il est à lui remettre.",
        widget=forms.EmailInput(attrs={"class": "fr-input"}),
        error_messages={"invalid": "Écrivez une adresse comme nom@exemple.fr."},
    )

    def __init__(self, data: Any = None, *, mission: Mission, user: User) -> None:
        super().__init__(data, mission=mission, user=user)
        fields: Any = self.fields
        fields["organisations"].queryset = partners_of(mission)
        fields["organisations"].label_from_instance = label_of
