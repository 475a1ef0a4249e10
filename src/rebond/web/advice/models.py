"""Which adviser each unripe project is with, what was agreed and promised; and the projects that ripened since."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from rebond.facts import AccompanimentOutcome, Promiser
from rebond.web.disclosure.models import Shared
from rebond.web.files.models import Attachment
from rebond.web.missions.data import MissionData, Ordered, Revised, Withdrawable
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet, Present
from rebond.web.projects.models import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

M = TypeVar("M", bound=MissionData)


class AdviceQuerySet(MissionDataQuerySet[M]):
    """What advisers do: the team's, and that of the adviser itself for the projects sent to it."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the team's missions; of the missions where one is an adviser, its own of projects sent to it.

        Under what name an adviser reads a project is ``disclosure``'s work.
        """
        return super().visible_to(user) | self._advised_by(user)

    def may_change(self, user: User | AnonymousUser) -> Self:
        """As they are read, but those that are over, and of an archive."""
        open_ones = {f"{self._prefix}outcome__isnull": True}
        mine = self._advised_by(user).filter(**open_ones)
        return super().may_change(user) | mine.in_missions(Mission.objects.current())

    def _advised_by(self, user: User | AnonymousUser) -> Self:
        adviser, project = f"{self._prefix}adviser", OuterRef(f"{self._prefix}project_id")
        sent = Shared.objects.filter(project_id=project, organisation__code=OuterRef(adviser))
        # What was passed on to another adviser is no business of the former one any more.
        passed_on = {f"{self._prefix}outcome": AccompanimentOutcome.PASSED_ON.value}
        return self.of_partner(user, adviser).filter(Exists(sent)).exclude(**passed_on)

    @property
    def _prefix(self) -> str:
        return self._path.removesuffix("mission")


class Accompaniment(Ordered, Withdrawable, Revised, MissionData):
    """One project with one adviser, until it is ripe or given up."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="accompaniments", verbose_name="mission"
    )
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="accompaniments", verbose_name="projet")
    ref = models.CharField("référence", max_length=64)
    adviser = models.CharField("conseil", max_length=64)
    """Key of the organisation in the catalogue."""
    contact = models.CharField("interlocuteur", max_length=300, blank=True)
    opened_on = models.DateField("ouvert le", null=True)
    review_on = models.DateField("prochain point le", null=True)
    outcome = models.CharField(  # noqa: DJ001 - NULL is UNKNOWN, as elsewhere
        "issue", max_length=16, choices=[(each.value, each.label) for each in AccompanimentOutcome], null=True
    )
    closed_on = models.DateField("clos le", null=True)
    reason = models.TextField("motif", blank=True)

    WITHDRAWN_PATHS = ("withdrawn_at", "project__withdrawn_at")
    objects: ClassVar = Present.from_queryset(AdviceQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "accompagnement"
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "ref"),
                name="one_accompaniment_per_ref",
                violation_error_message="Un accompagnement porte déjà cette référence.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project} — {self.adviser}"

    @property
    def is_open(self) -> bool:
        """Whether the adviser still works on it."""
        return self.outcome is None


class PromisedEvidence(Ordered, MissionData):
    """A piece of evidence that somebody is to bring."""

    accompaniment = models.ForeignKey(
        Accompaniment, on_delete=models.CASCADE, related_name="promises", verbose_name="accompagnement"
    )
    criterion = models.CharField("critère", max_length=60)
    level = models.PositiveSmallIntegerField("niveau promis", null=True)
    by = models.CharField("par", max_length=12, choices=[(each.value, each.label) for each in Promiser])
    before = models.DateField("avant le", null=True)

    MISSION_PATH = "accompaniment__mission"
    WITHDRAWN_PATHS = ("accompaniment__withdrawn_at", "accompaniment__project__withdrawn_at")
    objects: ClassVar = Present.from_queryset(AdviceQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "preuve promise"
        verbose_name_plural = "preuves promises"
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.accompaniment} : {self.criterion}"


class AdviceMeeting(Ordered, Withdrawable, MissionData):
    """What was agreed one day: only ever added."""

    accompaniment = models.ForeignKey(
        Accompaniment, on_delete=models.CASCADE, related_name="meetings", verbose_name="accompagnement"
    )
    ref = models.CharField("référence", max_length=80)
    number = models.PositiveIntegerField("numéro")
    on = models.DateField("le", null=True)
    who = models.CharField("présents", max_length=300, blank=True)
    agreed = models.TextField("ce qui a été convenu", blank=True)
    next = models.TextField("suite", blank=True)
    organisation = models.CharField("noté pour", max_length=64, blank=True)
    by = models.CharField("noté par", max_length=300, blank=True)

    MISSION_PATH = "accompaniment__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "accompaniment__withdrawn_at", "accompaniment__project__withdrawn_at")
    objects: ClassVar = Present.from_queryset(AdviceQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "rendez-vous de conseil"
        verbose_name_plural = "rendez-vous de conseil"
        ordering = ("accompaniment_id", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("accompaniment", "ref"),
                name="one_meeting_per_number",
                violation_error_message="Un rendez-vous de cet accompagnement porte déjà ce numéro.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.accompaniment}, rendez-vous {self.number}"


class BroughtEvidence(MissionData):
    """A piece of evidence that an adviser brings: it counts once the pilot confirms it, on the project's own sheet."""

    accompaniment = models.ForeignKey(
        Accompaniment, on_delete=models.CASCADE, related_name="brought", verbose_name="accompagnement"
    )
    criterion = models.CharField("critère", max_length=60)
    level = models.PositiveSmallIntegerField("niveau")
    words = models.TextField("ce qu’elle montre")
    attachment = models.ForeignKey(
        Attachment, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="pièce jointe"
    )
    file_name = models.CharField("nom du fichier", max_length=120, blank=True)
    organisation = models.CharField("apportée pour", max_length=64)
    at = models.DateTimeField("apportée le", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="apportée par"
    )
    by_name = models.CharField("nom", max_length=300)
    settled_at = models.DateTimeField("réglée le", null=True)
    settled_by = models.CharField("réglée par", max_length=300, blank=True)
    confirmed = models.BooleanField("confirmée", default=False)
    reason = models.TextField("motif", blank=True)

    MISSION_PATH = "accompaniment__mission"
    WITHDRAWN_PATHS = ("accompaniment__withdrawn_at", "accompaniment__project__withdrawn_at")
    SITE_WRITES = True
    objects: ClassVar = Present.from_queryset(AdviceQuerySet)()  # type: ignore[assignment]  # same

    class Meta:
        verbose_name = "preuve apportée"
        verbose_name_plural = "preuves apportées"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.accompaniment} : {self.criterion}"


class Ripening(MissionData):
    """That a project became ripe from one study to the next, or no longer is; the pilot says that it was read."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="ripenings", verbose_name="projet")
    ripe = models.BooleanField("mûr")
    at = models.DateTimeField("constaté le")
    study_number = models.PositiveIntegerField("numéro de l’étude")
    after = models.PositiveIntegerField("depuis la ligne du journal")
    """The journal between these two positions tells the evidence that did it."""
    until = models.PositiveIntegerField("jusqu’à la ligne du journal")
    seen_at = models.DateTimeField("lu le", null=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="lu par"
    )

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("project__withdrawn_at",)
    PILOT_DECIDES = True

    class Meta:
        verbose_name = "changement de maturité"
        verbose_name_plural = "changements de maturité"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.project} : {'mûr' if self.ripe else 'n’est plus mûr'}"
