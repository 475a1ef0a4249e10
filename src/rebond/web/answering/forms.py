"""What whoever holds a link answers: one of the choices, amounts where there are some, a name. Nothing is ticked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from rebond.facts import UNKNOWN, Maybe, ReferralState
from rebond.reading.amounts import read_euros
from rebond.reading.numbers import read_integer
from rebond.reading.problem import Unreadable
from rebond.referrals.answers import Choice, Outcome
from rebond.restitution.typography import sentence_case, typeset
from rebond.units import Euros, format_euros
from rebond.web.editing.decided import fault_of_reason, fault_of_words
from rebond.web.journal.writing import LONGEST_REASON

_LONGEST_NAME = 80
_MOST_JOBS = 100_000
_JOBS = "emplois_0"
GRANTED, REFUSED, LATER = "accorde", "refuse", "plus_tard"
_ISSUES = ((GRANTED, "Accordé"), (REFUSED, "Refusé"))
_HINTS = {
    Choice.TAKE: "Vous suivez ce projet ; la mission le sait.",
    Choice.LACK: "Dites quoi : la mission le demande à l’entreprise.",
    Choice.FILED: "Le dossier vous est parvenu.",
    Choice.DECIDED: "Votre décision, avec le montant accordé.",
    Choice.NOT_OURS: "Dites pourquoi : il sera orienté ailleurs.",
    Choice.PAID: "Le montant versé en tout, ou les emplois déjà créés.",
}
_LACKING = {
    Choice.LACK: "Écrivez ce qu’il vous manque, dans « Précisions ».",
    Choice.NOT_OURS: "Écrivez pourquoi ce projet n’est pas pour vous, dans « Précisions ».",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The controls of one dispositif that still waits; those that the state does not call for are not there."""

    title: str
    filed: BoundField | None
    """Ticked when its application was filed; of one dispositif alone, the choice says it."""
    asked: BoundField | None
    issue: BoundField
    granted: BoundField


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A dispositif of which something is still to be said."""

    dispositif: str
    title: str
    may_file: bool
    """Whether its application may be said filed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A dispositif that was granted, of which all is not paid yet."""

    dispositif: str
    title: str
    granted: Maybe[Euros]
    bears_jobs: bool
    """Whether the jobs of the project are told with it."""


class AnswerForm(forms.Form):
    """One answer; ``asked``: the dispositifs that are not settled, ``paid``: those that are being paid."""

    choix = forms.ChoiceField(
        label="Votre réponse",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse.", "invalid_choice": "Choisissez une des réponses."},
    )
    mot = forms.CharField(
        label="Précisions",
        required=False,
        help_text="À remplir s’il vous manque quelque chose, ou si c’est non.",
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 2}),
    )
    nom = forms.CharField(
        label="Vos nom et prénom",
        widget=forms.TextInput(attrs={"class": "fr-input", "autocomplete": "name", "maxlength": _LONGEST_NAME}),
        error_messages={"required": "Écrivez votre nom : la réponse est gardée avec lui."},
    )
    vu = forms.CharField(widget=forms.HiddenInput, required=False)
    """The last step that the page showed: what was answered since is told before anything more is written."""

    def __init__(
        self,
        data: Any = None,
        *,
        offered: Collection[Choice],
        asked: Sequence[Asked],
        paid: Sequence[Paid] = (),
        seen: int,
        name: str = "",
    ) -> None:
        super().__init__(data, initial={"vu": str(seen), "nom": name})
        self._asked, self._paid = asked, paid
        self.several = len(asked) > 1
        """Whether amounts are said dispositif by dispositif."""
        fields: Any = self.fields
        fields["choix"].choices = [(each.value, each.label) for each in offered]
        for rank, each in enumerate(asked):
            self._add(rank, each)
        for rank, one in enumerate(paid):
            of = f" — {typeset(one.title)}" if len(paid) > 1 else ""
            fields[f"verse_{rank}"] = _amount(f"Montant versé{of} (facultatif)")
        if paid:
            fields[_JOBS] = _amount("Emplois créés à ce jour (facultatif)", mode="numeric")

    def _add(self, rank: int, asked: Asked) -> None:
        fields: Any = self.fields
        if asked.may_file:
            if self.several:
                fields[f"depose_{rank}"] = forms.BooleanField(label="Demande déposée", required=False)
            fields[f"demande_{rank}"] = _amount(
                "Montant demandé (facultatif)", help_text="Vide : vous ne le savez pas."
            )
        fields[f"issue_{rank}"] = forms.ChoiceField(
            label="Décision",
            required=False,
            widget=forms.RadioSelect,
            choices=[*_ISSUES, *([(LATER, "Pas encore")] if self.several else [])],
            error_messages={"invalid_choice": "Choisissez « Accordé » ou « Refusé »."},
        )
        fields[f"accorde_{rank}"] = _amount("Montant accordé")

    def options(self) -> Iterator[tuple[Any, Choice, str]]:
        """The radio buttons, each with its choice and what choosing it means."""
        for button in self["choix"]:
            choice = Choice(button.data["value"])
            yield button, choice, _HINTS[choice]

    def rows(self) -> list[Row]:
        """The controls of the dispositifs, in their order."""

        def control(name: str, rank: int) -> BoundField | None:
            return self[f"{name}_{rank}"] if f"{name}_{rank}" in self.fields else None

        return [
            Row(
                title=typeset(each.title),
                filed=control("depose", rank),
                asked=control("demande", rank),
                issue=self[f"issue_{rank}"],
                granted=self[f"accorde_{rank}"],
            )
            for rank, each in enumerate(self._asked)
        ]

    def payments(self) -> list[BoundField]:
        """What is said of what was granted."""
        return [self[name] for name in self.fields if name.startswith(_CONTROLS[Choice.PAID])]

    def faults(self) -> list[tuple[str, str]]:
        """Every fault, with the control to mend, in the order of the page."""
        first = {"choix": "id_choix_0"} | {name: f"id_{name}_0" for name in self.fields if name.startswith("issue_")}
        return [
            (first.get(name, f"id_{name}"), str(error))
            for name in self._in_order()
            for error in self.errors.get(name, ())
        ]

    def _in_order(self) -> list[str]:
        own = [name for name in self.fields if name.rpartition("_")[2].isdecimal()]
        return ["choix", *own, "mot", "nom"]

    def clean(self) -> dict[str, Any]:
        """Only what the choice calls for is read; the other controls are kept as they were typed, and not counted."""
        super().clean()
        told: dict[str, Any] = self.cleaned_data
        choice = Choice(told["choix"]) if told.get("choix") else None
        read = _CONTROLS.get(choice, ()) if choice else ()
        for name in [each for each in self.errors if each.rpartition("_")[2].isdecimal()]:
            if not name.startswith(read):
                del self.errors[name]
        self.outcomes: tuple[Outcome, ...] = tuple(self._outcomes(choice, told)) if choice and read else ()
        asking = _LACKING.get(choice, "") if choice else ""
        if any(each.state is ReferralState.REFUSED for each in self.outcomes):
            asking = "Écrivez le motif du refus, dans « Précisions »."
        if fault := fault_of_reason(told.get("mot", ""), asking, most=LONGEST_REASON):
            self.add_error("mot", fault)
        return told

    def _outcomes(self, choice: Choice, told: dict[str, Any]) -> Iterator[Outcome]:
        if choice is Choice.PAID:
            yield from self._payments(told)
            return
        read = self._filed if choice is Choice.FILED else self._decided
        found = [one for rank, each in enumerate(self._asked) if (one := read(rank, each, told))]
        if not found and not any(name.startswith(_CONTROLS[choice]) for name in self.errors):
            said = "Cochez la demande déposée." if choice is Choice.FILED else "Choisissez « Accordé » ou « Refusé »."
            first = next(name for name in self.fields if name.startswith(_CONTROLS[choice]))
            self.add_error(first, said)
        yield from found

    def _payments(self, told: dict[str, Any]) -> Iterator[Outcome]:
        jobs = self._read_jobs(told.get(_JOBS, ""))
        found = []
        for rank, each in enumerate(self._paid):
            name = f"verse_{rank}"
            try:
                paid = read_euros(told.get(name, "")).value
            except Unreadable as fault:
                self.add_error(name, sentence_case(f"{fault.problem} ; {fault.mend}."))
                continue
            if paid is not UNKNOWN and each.granted is not UNKNOWN and paid > each.granted:
                granted = format_euros(each.granted)
                said = f"C’est plus que l’accord ({granted}) : corrigez, ou écrivez à la mission si l’accord a changé."
                self.add_error(name, typeset(said))
            mine = jobs if each.bears_jobs else UNKNOWN
            if paid is not UNKNOWN or mine is not UNKNOWN:
                found.append(Outcome(dispositif=each.dispositif, state=ReferralState.GRANTED, paid=paid, jobs=mine))
        if not found and not any(name.startswith(_CONTROLS[Choice.PAID]) for name in self.errors):
            self.add_error("verse_0", "Écrivez un montant versé, ou les emplois créés.")
        yield from found

    def _read_jobs(self, typed: str) -> Maybe[int]:
        try:
            number = read_integer(typed).value
        except Unreadable as fault:
            self.add_error(_JOBS, sentence_case(f"{fault.problem} ; {fault.mend}."))
            return UNKNOWN
        if number is not UNKNOWN and number > _MOST_JOBS:
            self.add_error(_JOBS, f"Ce nombre passe {_MOST_JOBS} : vérifiez-le.")
            return UNKNOWN
        return number

    def _filed(self, rank: int, asked: Asked, told: dict[str, Any]) -> Outcome | None:
        if not asked.may_file:
            return None
        name = f"demande_{rank}"
        typed = told.get(name, "")
        if self.several and not told.get(f"depose_{rank}"):
            if typed:
                self._wrong(f"depose_{rank}", asked, "cochez « Demande déposée », ou effacez le montant.")
            return None
        amount = self._read(name, asked, typed)
        return Outcome(dispositif=asked.dispositif, state=ReferralState.FILED, amount=amount)

    def _decided(self, rank: int, asked: Asked, told: dict[str, Any]) -> Outcome | None:
        issue, name = told.get(f"issue_{rank}", ""), f"accorde_{rank}"
        typed = told.get(name, "")
        if issue == REFUSED:
            if typed:
                self._wrong(name, asked, "un refus n’a pas de montant : effacez-le.")
            return Outcome(dispositif=asked.dispositif, state=ReferralState.REFUSED)
        if issue != GRANTED:
            if typed:
                self._wrong(f"issue_{rank}", asked, "choisissez « Accordé », ou effacez le montant.")
            return None
        amount = self._read(name, asked, typed)
        if amount is UNKNOWN and name not in self.errors:
            self._wrong(name, asked, "écrivez le montant accordé.")
        elif amount is not UNKNOWN and not amount:
            self._wrong(name, asked, "un accord de 0 € n’en est pas un : choisissez « Refusé ».")
        return Outcome(dispositif=asked.dispositif, state=ReferralState.GRANTED, amount=amount)

    def _read(self, name: str, asked: Asked, typed: str) -> Maybe[Euros]:
        try:
            return read_euros(typed).value
        except Unreadable as fault:
            self._wrong(name, asked, f"{fault.problem} ; {fault.mend}.")
            return UNKNOWN

    def _wrong(self, name: str, asked: Asked, what: str) -> None:
        """A fault, and of which dispositif when there are several."""
        self.add_error(name, sentence_case(f"{asked.title} : {what}" if self.several else what))

    def clean_nom(self) -> str:
        """One line that prints."""
        name = " ".join(self.cleaned_data["nom"].split())
        if len(name) > _LONGEST_NAME:
            raise forms.ValidationError(f"{len(name)} caractères, {_LONGEST_NAME} au plus : raccourcissez votre nom.")
        if fault := fault_of_words(name):
            raise forms.ValidationError(fault)
        return name

    @property
    def choice(self) -> Choice:
        """What was chosen."""
        return Choice(self.cleaned_data["choix"])


_CONTROLS: dict[Choice, tuple[str, ...]] = {
    Choice.FILED: ("depose_", "demande_"),
    Choice.DECIDED: ("issue_", "accorde_"),
    Choice.PAID: ("verse_", "emplois_"),
}
"""The controls that each choice reads."""


def _amount(label: str, help_text: str = "", mode: str = "decimal") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=60,
        help_text=help_text,
        widget=forms.TextInput(attrs={"class": "fr-input rb-amount", "inputmode": mode, "autocomplete": "off"}),
        error_messages={"max_length": "Ce montant est trop long : écrivez par exemple 250 000."},
    )
