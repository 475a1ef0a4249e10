"""Form of the pilot: why an edition is withdrawn."""

from django import forms


class WithdrawForm(forms.Form):
    """The reason is told at the journal."""

    motif = forms.CharField(label="Motif du retrait", max_length=300, help_text="Noté au journal de la mission.")
