"""Forms of the pilot: put projects at disposal, note a consent given on paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.disclosure.acts import COMMITTEE, EVERY_PARTNER
from rebond.web.disclosure.agreement import agreement
from rebond.web.disclosure.scope import ScopeForm
from rebond.web.firms.models import Firm
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.typed_dates import TypedDateField

TO_COMMITTEE = "comite"


def partners_of(mission: Mission) -> Any:
    """The organisations that partners of the mission speak for."""
    parts = Membership.objects.of(mission).filter(role=Role.PARTNER)
    return Organisation.objects.filter(pk__in=parts.values("organisation"))


def label_of(row: object) -> str:
    """As a list shows it."""
    return typeset(str(row))


class ShareForm(forms.Form):
    """Projects, and whom they are put at the disposal of."""

    projets = forms.ModelMultipleChoiceField(
        label="Projets",
        queryset=Project.objects.none(),
        widget=forms.SelectMultiple(attrs={"class": "fr-select", "size": 8}),
        error_messages={"required": "Choisissez au moins un projet."},
    )
    destinataire = forms.ChoiceField(label="Destinataire", widget=forms.Select(attrs={"class": "fr-select"}))

    def __init__(self, data: Any = None, *, mission: Mission, user: User) -> None:
        super().__init__(data, prefix="p")
        self.organisations = {str(row.pk): row for row in partners_of(mission)}
        fields: Any = self.fields
        fields["projets"].queryset = Project.objects.visible_to(user).of(mission)
        fields["projets"].label_from_instance = label_of
        fields["destinataire"].choices = [
            (TO_COMMITTEE, COMMITTEE.capitalize()),
            *((key, typeset(str(row))) for key, row in self.organisations.items()),
        ]

    @property
    def organisation(self) -> Organisation | None:
        """Who it is for; nobody stands for the committee."""
        return self.organisations.get(self.cleaned_data["destinataire"])


class FirmForm(forms.Form):
    """About one firm of the mission."""

    entreprise = forms.ModelChoiceField(
        label="Entreprise",
        queryset=Firm.objects.none(),
        empty_label="Choisir une entreprise",
        widget=forms.Select(attrs={"class": "fr-select"}),
        error_messages={"required": "Choisissez l’entreprise."},
    )

    def __init__(self, *args: Any, mission: Mission, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["entreprise"]
        field.queryset = Firm.objects.visible_to(user).of(mission)
        field.label_from_instance = label_of


class ConsentForm(FirmForm, ScopeForm):
    """A consent given on paper: by which firm, for whom, in which words, how far, signed by whom, when."""

    field_order = ("entreprise", "organisation", "texte", "montants", "contact", "signataire", "date")

    organisation = forms.ModelChoiceField(
        label="Pour qui",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=EVERY_PARTNER.capitalize(),
        widget=forms.Select(attrs={"class": "fr-select"}),
    )
    texte = forms.CharField(
        label="Texte accepté",
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 5}),
        error_messages={"required": "Recopiez le texte que l’entreprise a accepté."},
    )
    signataire = forms.CharField(
        label="Signé par",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "fr-input"}),
        error_messages={"required": "Dites qui a signé."},
    )
    date = TypedDateField(
        label="Le",
        widget=forms.DateInput(attrs={"class": "fr-input"}, format="%d/%m/%Y"),
        error_messages={"required": "Donnez la date de la signature."},
    )

    def __init__(self, data: Any = None, *, mission: Mission, user: User) -> None:
        super().__init__(data, prefix="c", mission=mission, user=user)
        fields: Any = self.fields
        fields["organisation"].queryset = partners_of(mission)
        fields["organisation"].label_from_instance = label_of
        # The text of the day, the one that links show: it says what goes with the amounts and what does not.
        fields["texte"].initial = agreement().words(mission, ())

    def clean_date(self) -> Any:
        """A consent is never given tomorrow."""
        given = self.cleaned_data["date"]
        if given > timezone.localdate():
            raise forms.ValidationError("Cette date est à venir : donnez celle de la signature.")
        return given
