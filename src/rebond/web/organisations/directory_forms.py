"""Forms of the organisations of the instance: adopt one, say what one is, invite a colleague."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from dsfr.forms import DsfrBaseForm

from rebond.restitution.typography import typeset
from rebond.web.missions.models import Mission
from rebond.web.organisations.adopting import to_adopt
from rebond.web.organisations.models import Organisation


class AdoptForm(DsfrBaseForm):
    """An organisation of the catalogue that the instance does not have yet."""

    code = forms.ChoiceField(label="Organisation du catalogue")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(code, typeset(name)) for code, name in to_adopt()]
        self.fields["code"].choices = [("", "Choisir une organisation"), *offered]


class OrganisationForm(DsfrBaseForm, forms.ModelForm):
    """What an organisation is, and where it works; the name of one of the catalogue is the catalogue's."""

    class Meta:
        model = Organisation
        fields = ("name", "short_name", "kind", "territory")
        labels = {"name": "Nom", "short_name": "Sigle", "kind": "Genre", "territory": "Territoire"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.code:
            del self.fields["name"], self.fields["short_name"]


class ColleagueForm(DsfrBaseForm):
    """Whom to invite, and in which mission."""

    email = forms.EmailField(label="Adresse électronique", max_length=254)
    mission = forms.ChoiceField(label="Mission")

    def __init__(self, *args: Any, missions: Sequence[Mission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._missions = {each.slug: each for each in missions}
        self.fields["mission"].choices = [(slug, typeset(each.name)) for slug, each in self._missions.items()]

    @property
    def chosen(self) -> Mission:
        """The mission."""
        return self._missions[self.cleaned_data["mission"]]
