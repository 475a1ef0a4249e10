"""What was done in a mission, one row a value, for ever: rows are added, never changed nor deleted (triggers)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models

from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet, Present
from rebond.web.portfolio.models import Mark, Recusal
from rebond.web.projects.models import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User


class Act(models.TextChoices):
    """What was done."""

    ENTERED = "saisie", "Saisie"
    IMPORTED = "import", "Import d’un classeur"
    DECIDED = "decision", "Décision"
    UNDONE = "annulation", "Annulation"
    RESTORED = "restauration", "Valeur rétablie"
    READ = "lecture", "Consultation"
    EXPORTED = "export", "Export"
    MANAGED = "gestion", "Gestion de la mission"


class EntryQuerySet(MissionDataQuerySet["Entry"]):
    """The journal, as each may read it."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """As any row of the team, but for the marks of projects for which this person stands aside."""
        left = Recusal.objects.firms_left_by(user)
        here: Any = models.OuterRef("mission")
        marks = Mark.ever.of(here).filter(ref=models.OuterRef("ref"), project__firm__in=left)
        projects = Project.ever.of(here).filter(ref=models.OuterRef("ref"), firm__in=left)
        seen = super().visible_to(user).exclude(models.Q(kind="note") & models.Exists(marks))
        # The line that made or took out the whole project tells its marks too.
        told = models.Q(kind="projet") & (models.Q(path=[]) | models.Q(path__0="scores"))
        return seen.exclude(told & models.Exists(projects))


class Entry(MissionData):
    """One value before and after, or one reading. The chain of digests shows any row that was touched.

    It names the mission and the person without a constraint, and keeps their names: it outlives both.
    """

    mission = models.ForeignKey(
        Mission, on_delete=models.DO_NOTHING, db_constraint=False, related_name="journal", verbose_name="mission"
    )
    mission_slug = models.CharField("identifiant de la mission", max_length=50)
    position = models.PositiveBigIntegerField("rang")
    at = models.DateTimeField("quand")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name="qui",
    )
    by_name = models.CharField("nom", max_length=200)
    on_behalf = models.CharField("pour quelle organisation", max_length=200, blank=True)
    act = models.CharField("quoi", max_length=12, choices=Act.choices)
    gesture = models.UUIDField("geste", db_index=True)
    """Changes made together: a form saved, an import."""
    kind = models.CharField("genre", max_length=20)
    ref = models.CharField("référence", max_length=200, blank=True)
    label = models.CharField("intitulé", max_length=300, blank=True)
    path = models.JSONField("champ", default=list)
    before = models.JSONField("avant", null=True)
    """A value as ``rebond.records`` writes it; null: there was none."""
    after = models.JSONField("après", null=True)
    reason = models.TextField("motif", blank=True)
    previous = models.CharField("empreinte précédente", max_length=64, blank=True)
    digest = models.CharField("empreinte", max_length=64)

    DIGESTED: ClassVar = (
        "mission_slug",
        "position",
        "at",
        "by_id",
        "by_name",
        "on_behalf",
        "act",
        "gesture",
        "kind",
        "ref",
        "label",
        "path",
        "before",
        "after",
        "reason",
        "previous",
    )

    SITE_WRITES = True
    objects: ClassVar = Present.from_queryset(EntryQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "lignes du journal"
        ordering = ("-position",)
        constraints = (models.UniqueConstraint(fields=("mission", "position"), name="one_journal_row_per_position"),)
        indexes = (models.Index(fields=("mission", "kind", "ref"), name="journal_of_a_row"),)

    def __str__(self) -> str:
        return f"{self.get_act_display()} — {self.label or self.ref}"
