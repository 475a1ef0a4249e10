"""A study of a mission: what produced it, and that it never changes once done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.db import models

from rebond.facts import UNKNOWN, Maybe
from rebond.regimes.readings import Reading
from rebond.web.catalogue.reading import reading_title
from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import StudyDataQuerySet
from rebond.web.studies.models.record import Record

FREE = frozenset({"is_current", "pinned"})
"""What may still change of a study that is done: which one people see, which one is kept."""


class Study(MissionData):
    """One run of the engine on the facts of a mission: numbered, immutable once done, one of them current."""

    class Status(models.TextChoices):
        """Where a study stands."""

        RUNNING = "en_cours", "En cours"
        DONE = "faite", "Faite"
        FAILED = "echouee", "Échouée"

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="studies", verbose_name="mission")
    number = models.PositiveIntegerField("numéro")
    status = models.CharField("état", max_length=8, choices=Status.choices, default=Status.RUNNING)
    is_current = models.BooleanField("en cours d’usage", default=False)
    pinned = models.BooleanField("à garder", default=False)
    why = models.CharField("pourquoi elle a été faite", max_length=300, blank=True)
    created_at = models.DateTimeField("commencée le", auto_now_add=True)
    finished_at = models.DateTimeField("finie le", null=True)
    failure = models.TextField("pourquoi elle a échoué", blank=True)

    census = models.ForeignKey(
        Record, on_delete=models.PROTECT, null=True, related_name="censuses", verbose_name="faits lus"
    )
    facts_state = models.UUIDField("état des faits lus", null=True)
    journal_position = models.PositiveBigIntegerField("rang du journal", default=0)
    """Where the journal of the mission was when its facts were read: later gestures are not in this study."""
    facts_digest = models.CharField("empreinte des faits", max_length=64, blank=True)
    examined_on = models.DateField("date du droit", null=True)
    reading = models.CharField("lecture du droit", max_length=20, blank=True)
    catalogue_version = models.CharField("version du catalogue", max_length=64, blank=True)
    engine_version = models.CharField("version du moteur", max_length=32, blank=True)
    alerts = models.JSONField("alertes", default=list)
    repairs = models.JSONField("valeurs réparées à la lecture", default=list)
    envelope_spent = models.DecimalField("proposé sur l’enveloppe (€)", max_digits=16, decimal_places=2, default=0)
    selection_proof = models.CharField("preuve de la sélection", max_length=300, blank=True)
    selection_told = models.JSONField("prix, comparaison et entrées de la sélection", default=dict)
    """``storing/selection.py`` writes it, ``portfolio/selection.py`` reads it."""
    robustness = models.JSONField("robustesse de la sélection", null=True)
    """What ``robustness_as_data`` says, with the opinions on the weights that it was made on (``avis``)."""

    class Meta:
        verbose_name = "étude"
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("mission", "number"), name="one_study_per_number"),
            models.UniqueConstraint(
                fields=("mission",), condition=models.Q(is_current=True), name="one_current_study_per_mission"
            ),
            models.CheckConstraint(
                condition=models.Q(is_current=False) | models.Q(status="faite"), name="only_a_study_done_is_current"
            ),
        )

    def __str__(self) -> str:
        return f"Étude nº {self.number} — {self.mission}"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Raises ``ValueError`` for a change of a study that is done or failed."""
        fields = None if update_fields is None else set(update_fields)
        if fields is None or not fields <= FREE:
            stored = Study.objects.filter(pk=self.pk).exclude(status=self.Status.RUNNING)
            if stored.exists():
                raise ValueError(f"l'étude nº {self.number} est finie : elle ne change plus, faites-en une autre")
        super().save(*args, update_fields=fields, **kwargs)

    @property
    def law_day(self) -> date:
        """The day of the law that it was made on; ``ValueError`` for a study that failed before it had one."""
        if self.examined_on is None:
            raise ValueError(f"l'étude nº {self.number} n'a pas de date du droit")
        return self.examined_on

    @property
    def is_stale(self) -> bool:
        """Whether facts or decisions of the mission changed since it read them."""
        return self.facts_state != self.mission.facts_state

    @property
    def read_as(self) -> Maybe[Reading]:
        """The reading of the law that the proposal follows; UNKNOWN when it was not kept."""
        return Reading(self.reading) if self.reading in set(Reading) else UNKNOWN

    @property
    def reading_title(self) -> str:
        """The reading of the law that it was computed on, in words; empty when it is not known."""
        return reading_title(self.reading)


class StudyData(MissionData):
    """A row of a study: it goes with it, and never changes."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="+", verbose_name="étude")

    MISSION_PATH: ClassVar[str] = "study__mission"
    objects: ClassVar = StudyDataQuerySet.as_manager()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    SITE_WRITES = True

    class Meta:
        abstract = True
