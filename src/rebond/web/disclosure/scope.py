"""How far a consent goes, in the same words whether the firm answers itself or signed a paper. Nothing is ticked."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Exact amounts or their range, and whom the firm lets these organisations call; empty: nobody."""

    amounts: bool = False
    contact: str = ""

    def __or__(self, other: Scope) -> Scope:
        """What two consents of a firm to the same organisation let it read."""
        return Scope(amounts=self.amounts or other.amounts, contact=self.contact or other.contact)

    @property
    def words(self) -> str:
        """As the journal tells it."""
        said = ["montants exacts" if self.amounts else "tranches de montants", self.contact and "personne à joindre"]
        return ", ".join(each for each in said if each)


class ScopeForm(forms.Form):
    """The fields of a scope."""

    montants = forms.BooleanField(label="Communiquer aussi les coûts exacts et les montants demandés", required=False)
    contact = forms.CharField(
        label="Personne à joindre (facultatif)",
        max_length=300,
        required=False,
        help_text="Nom, téléphone ou adresse électronique que ces organisations pourront lire.",
        widget=forms.TextInput(attrs={"class": "fr-input"}),
    )

    def scope(self) -> Scope:
        """What the firm agreed to."""
        told = self.cleaned_data
        return Scope(amounts=told["montants"], contact=" ".join(told["contact"].split()))
