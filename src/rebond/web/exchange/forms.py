"""The form of a new mission."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from dsfr.forms import DsfrBaseForm

from rebond.eligibility.epcis import read_epcis
from rebond.errors import DataError
from rebond.facts import Census, Envelope, MissionSettings
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.editing.life import LONGEST_SLUG, slug_refusal
from rebond.web.typed_dates import TypedDateField


class NewMissionForm(DsfrBaseForm):
    """What a mission cannot do without; the rest is entered later, or comes by workbook."""

    name = forms.CharField(label="Nom de la mission", max_length=300)
    territory = forms.CharField(
        label="Territoire", max_length=300, help_text="Tel qu’on le dit dans une phrase : le Cambrésis."
    )
    epcis = forms.CharField(
        label="Intercommunalités",
        max_length=1_000,
        help_text="SIREN ou nom de chacune, séparés par des points-virgules.",
    )
    committee_on = TypedDateField(label="Date du comité")
    slug = forms.CharField(
        label="Identifiant",
        max_length=LONGEST_SLUG,
        required=False,
        help_text="Pour les adresses du site : minuscules, chiffres et tirets. Vide : tiré du territoire.",
    )
    fictitious = forms.BooleanField(label="Données fictives : le dire sur chaque page", required=False)

    def clean_epcis(self) -> tuple[str, ...]:
        """Their SIREN."""
        words = [word.strip() for word in self.cleaned_data["epcis"].split(";") if word.strip()]
        try:
            return read_epcis(words, current_catalogue().gazetteer)
        except DataError as error:
            raise ValidationError([str(fault) for fault in error.faults]) from None

    def clean_slug(self) -> str:
        """One that is free."""
        slug: str = self.cleaned_data["slug"]
        if slug and (refusal := slug_refusal(slug)):
            raise ValidationError(f"« {slug} » : {refusal}.")
        return slug

    def census(self) -> Census:
        """The settings of the mission, and nothing else yet."""
        told = self.cleaned_data
        settings = MissionSettings(
            name=told["name"],
            territory=told["territory"],
            epcis=told["epcis"],
            committee_on=told["committee_on"],
            envelope=Envelope(contributions=()),
            fictitious=told["fictitious"],
        )
        return Census(settings=settings, firms=(), interviews=(), projects=())
