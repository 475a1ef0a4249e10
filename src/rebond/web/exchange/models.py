"""Workbooks that went out, and those that came back."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission


class Export(MissionData):
    """A workbook that went out, with the facts that it was made from: what its return is compared with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="exports", verbose_name="mission")
    at = models.DateTimeField("quand", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="qui"
    )
    by_name = models.CharField("nom", max_length=200)
    census = models.BinaryField("recensement")
    """See ``keeping``."""

    SITE_WRITES = True

    class Meta:
        verbose_name = "export"
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y} — {self.by_name}"


class ImportDraft(MissionData):
    """A workbook that came back: read whole, compared, and applied when someone says so."""

    class State(models.TextChoices):
        """Where it is."""

        WAITING = "apercu", "Aperçu"
        APPLIED = "applique", "Appliqué"
        UNDONE = "annule", "Annulé"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="imports", verbose_name="mission")
    export = models.ForeignKey(Export, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="export")
    file_name = models.CharField("fichier", max_length=200)
    at = models.DateTimeField("quand", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="qui"
    )
    by_name = models.CharField("nom", max_length=200)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    known = models.BinaryField("faits d’où le classeur est parti", default=bytes)
    brought = models.BinaryField("faits que le classeur apporte", default=bytes)
    lines = models.JSONField("lignes du fichier", default=dict)
    choices = models.JSONField("choix", default=dict)
    """Key of a conflict → whose value holds: kept as they are made, a preview takes more than one sitting."""
    withdrawn = models.JSONField("lignes à retirer", default=list)
    figures_asked = models.CharField("chiffres demandés", max_length=64, blank=True)
    """What the figures are asked for: facts and choices (``figures.token_of``); empty: they are not."""
    figures_for = models.CharField("chiffres calculés", max_length=64, blank=True)
    figures = models.JSONField("chiffres", null=True)
    """What the worker found for ``figures_for``; null while it works."""
    repairs = models.JSONField("valeurs réparées à la lecture", default=list)
    gesture = models.UUIDField("geste", null=True)
    """In the journal, once applied."""
    applied_at = models.DateTimeField("appliqué le", null=True)
    applied_by = models.CharField("appliqué par", max_length=200, blank=True)
    changes = models.PositiveIntegerField("changements", default=0)
    reason = models.TextField("motif", blank=True)

    class Meta:
        verbose_name = "import"
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.file_name} — {self.get_state_display()}"


class ReceivedList(MissionData):
    """A partner's list that someone pasted or sent, while they look at it: its file as it came, how it is read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="received_lists", verbose_name="mission"
    )
    at = models.DateTimeField("quand", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="qui"
    )
    by_name = models.CharField("nom", max_length=200)
    file_name = models.CharField("fichier", max_length=200)
    content = models.BinaryField("fichier tel qu’il est venu", default=bytes)
    partner = models.CharField("partenaire", max_length=300, blank=True)
    """Empty: each line names its own."""
    dated = models.DateField("date de la liste")
    sheet = models.CharField("feuille", max_length=200, blank=True)
    columns = models.JSONField("colonnes confirmées", default=dict)
    told = models.JSONField("ce que la lecture en dit", default=dict)
    """Lines read, known, at fault; see ``partner_lists``."""
    draft = models.OneToOneField(
        ImportDraft, on_delete=models.CASCADE, null=True, related_name="received_list", verbose_name="aperçu"
    )

    class Meta:
        verbose_name = "liste reçue"
        verbose_name_plural = "listes reçues"
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.file_name
