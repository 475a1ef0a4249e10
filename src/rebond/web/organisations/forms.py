"""The form of a part in a mission: the role, and for whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from dsfr.forms import DsfrBaseForm

from rebond.restitution.typography import typeset
from rebond.web.accounts.forms import AT_LEAST
from rebond.web.accounts.models import User
from rebond.web.firms.models import Firm
from rebond.web.missions.models import Mission, Role
from rebond.web.organisations.adopting import adopt, organisation_named, to_adopt
from rebond.web.organisations.models import Organisation
from rebond.web.organisations.people import Seat

_OF_CATALOGUE = "catalogue:"


def choice_of(organisation: Organisation | None) -> str:
    """How the form names an organisation: by its key, so that a page opened before it was adopted still holds."""
    if organisation is None:
        return ""
    return f"{_OF_CATALOGUE}{organisation.code}" if organisation.code else str(organisation.pk)


class SeatForm(DsfrBaseForm):
    """A role; for a partner an organisation, for a firm's person a firm."""

    role = forms.ChoiceField(label="Rôle", choices=[("", "Choisir un rôle"), *Role.choices])
    organisation = forms.ChoiceField(
        label="Organisation",
        required=False,
        help_text="Obligatoire pour un partenaire. Celles du catalogue sont offertes.",
    )
    other = forms.CharField(
        label="Ou une autre organisation",
        max_length=200,
        required=False,
        help_text="Son nom, si elle n’est pas dans la liste.",
    )
    firm = forms.ChoiceField(
        label="Entreprise",
        required=False,
        help_text="Pour le rôle « Entreprise » : celle dont la personne verra la fiche.",
    )

    def __init__(self, *args: Any, mission: Mission, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._firms = Firm.objects.visible_to(user).of(mission)
        self.fields["organisation"].choices = _organisations()
        firms = self._firms.order_by("name").values_list("ref", "name")
        self.fields["firm"].choices = [("", "Aucune"), *((ref, typeset(name)) for ref, name in firms)]

    def clean(self) -> dict[str, Any]:
        """What the role asks for."""
        super().clean()
        told: dict[str, Any] = self.cleaned_data
        role = told.get("role")
        named = told.get("organisation") or told.get("other", "").strip()
        if told.get("organisation") and told.get("other", "").strip():
            self.add_error("other", "Choisissez dans la liste, ou écrivez un nom : pas les deux.")
        if role == Role.PARTNER and not named:
            self.add_error("organisation", "Dites pour quelle organisation cette personne est partenaire.")
        if role == Role.FIRM and not told.get("firm"):
            self.add_error("firm", "Dites pour quelle entreprise cette personne parle.")
        if role != Role.FIRM and told.get("firm"):
            self.add_error("firm", "Une entreprise ne va qu’avec le rôle « Entreprise ».")
        return told

    def seat(self) -> Seat:
        """The part asked for; an organisation that the instance did not have yet is written."""
        told = self.cleaned_data
        organisation = None
        chosen, other = told["organisation"], told["other"].strip()
        if chosen.startswith(_OF_CATALOGUE):
            organisation = adopt(chosen.removeprefix(_OF_CATALOGUE))
        elif chosen:
            organisation = Organisation.objects.get(pk=int(chosen))
        elif other:
            organisation = organisation_named(other)
        firm = self._firms.get(ref=told["firm"]) if told["firm"] else None
        return Seat(role=Role(told["role"]), organisation=organisation, firm=firm)


class InvitationForm(SeatForm):
    """Whom to invite."""

    email = forms.EmailField(label="Adresse électronique", max_length=254)

    field_order = ("email", "role", "organisation", "other", "firm")


class NewAccountForm(DsfrBaseForm):
    """The account of someone who comes by an invitation; its name to sign in is the address of the invitation."""

    first_name = forms.CharField(label="Prénom", max_length=150, widget=forms.TextInput({"autocomplete": "given-name"}))
    last_name = forms.CharField(label="Nom", max_length=150, widget=forms.TextInput({"autocomplete": "family-name"}))
    password = forms.CharField(
        label="Mot de passe",
        help_text=AT_LEAST,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean_password(self) -> str:
        """One that the site's rules take."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(username=self._email, email=self._email))
        return password

    def clean(self) -> dict[str, Any]:
        """Nobody has an account under this address yet: whoever reads this page holds the mailbox."""
        if User.objects.filter(username__iexact=self._email).exists() or (
            User.objects.filter(email__iexact=self._email).exists()
        ):
            raise ValidationError("Un compte existe déjà avec cette adresse : connectez-vous avec lui.")
        super().clean()
        told: dict[str, Any] = self.cleaned_data
        return told

    def save(self) -> User:
        """The new account."""
        told = self.cleaned_data
        user = User(username=self._email, email=self._email, first_name=told["first_name"], last_name=told["last_name"])
        user.set_password(told["password"])
        user.save()
        return user


def _organisations() -> list[Any]:
    """Nothing, those of the instance, then those of the catalogue that it has not adopted yet."""
    held = list(Organisation.objects.order_by("name"))
    return [
        ("", "Aucune"),
        ("De cette instance", [(choice_of(row), typeset(row.name)) for row in held]),
        ("Du catalogue", [(f"{_OF_CATALOGUE}{code}", typeset(name)) for code, name in to_adopt()]),
    ]
