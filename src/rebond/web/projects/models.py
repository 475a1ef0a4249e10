"""An investment project: its costs, its place; partners' lists. ``NULL`` means UNKNOWN; an empty text is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.urls import reverse

from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import current_catalogue, kind_label, organisation_name
from rebond.web.firms.models import Firm
from rebond.web.missions.data import Located, MissionData, Ordered, Revised, Withdrawable
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet, Present, StudiedQuerySet, end_of
from rebond.web.search_text import searchable

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User
    from rebond.web.studies.models import ProjectFinding


class ProjectQuerySet(StudiedQuerySet["Project"]):
    """Projects by what people look for."""


class Project(Located, Ordered, Revised, Withdrawable, MissionData):
    """An investment project as recorded."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="projects", verbose_name="mission")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="projects", verbose_name="entreprise")
    ref = models.SlugField("référence", max_length=64)
    title = models.CharField("intitulé", max_length=300)
    description = models.TextField("description", blank=True)
    insee_code = models.CharField("code INSEE déclaré", max_length=5, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    kind = models.CharField("type", max_length=300, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    objectives = models.JSONField("objectifs", default=list)
    declared = models.JSONField("autres faits déclarés", default=list)
    asked = models.JSONField("demandé, inconnu", default=list)
    own_financing = models.DecimalField("financement acquis (€)", max_digits=16, decimal_places=2, null=True)
    jobs_created = models.PositiveIntegerField("emplois à créer", null=True)
    jobs_kept = models.PositiveIntegerField("emplois maintenus", null=True)
    starts_on = models.DateField("début", null=True)
    ends_on = models.DateField("fin", null=True)
    works_started = models.BooleanField("travaux commencés", null=True)
    first_order_on = models.DateField("première commande", null=True)
    applied_on = models.DateField("demande déposée", null=True)
    first_order_document = models.TextField("premier document signé", blank=True)
    borrowing_capacity = models.DecimalField(
        "capacité d’emprunt restante (€)", max_digits=16, decimal_places=2, null=True
    )
    imposed_maturity = models.CharField("maturité imposée", max_length=300, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    imposed_reason = models.TextField("motif de la maturité imposée", blank=True)

    search = models.TextField("texte de recherche", editable=False)

    finding: ProjectFinding | None = None
    """What a study found of it, when it was read ``with_finding``."""

    WITHDRAWN_PATHS = ("withdrawn_at",)
    COMMITTEE_PATH = "pk"
    objects: ClassVar = Present.from_queryset(ProjectQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "projet"
        ordering = ("ref",)
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "ref"),
                name="one_project_per_ref",
                violation_error_message="Cette référence de projet est déjà prise dans la mission.",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Sheet of the project."""
        return reverse("projects:sheet", args=[self.mission.slug, self.ref])

    def words(self, firm: str) -> str:
        """What it is found by, the name of its firm too: the column ``search``."""
        return searchable([self.ref, self.title, self.description, firm, self.commune])

    @property
    def kind_label(self) -> str:
        """Its type in words; empty when it is unknown."""
        return kind_label(self.kind or "")


class CostLine(Ordered, Withdrawable, MissionData):
    """A cost item."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="costs", verbose_name="projet")
    ref = models.CharField("référence", max_length=64)
    nature = models.CharField("nature", max_length=300)
    label = models.CharField("intitulé", max_length=300, blank=True)
    year = models.PositiveSmallIntegerField("année")
    amount = models.DecimalField("montant hors taxes (€)", max_digits=16, decimal_places=2)

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "project__withdrawn_at")
    COMMITTEE_PATH = "project"

    class Meta:
        verbose_name = "poste de dépense"
        verbose_name_plural = "postes de dépense"
        ordering = ("project_id", "position", "ref")

    def __str__(self) -> str:
        return self.label or self.nature_label

    @property
    def nature_label(self) -> str:
        """Its nature in words."""
        return typeset(current_catalogue().natures.get(self.nature, self.nature))


class Evidence(Ordered, MissionData):
    """One criterion of the maturity grid, as declared with its proof."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="evidence", verbose_name="projet")
    criterion = models.CharField("critère", max_length=300)
    level = models.PositiveSmallIntegerField("niveau déclaré", null=True)
    proof = models.TextField("preuve", blank=True)

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("project__withdrawn_at",)

    class Meta:
        verbose_name = "preuve de maturité"
        verbose_name_plural = "preuves de maturité"
        ordering = ("project_id", "position")

    def __str__(self) -> str:
        return f"{self.criterion} : {self.level}"


class FunderRequest(Ordered, MissionData):
    """What the firm sent to one funder for the project, and when."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="funder_requests", verbose_name="projet"
    )
    funder = models.CharField("financeur", max_length=300)
    letter_on = models.DateField("lettre d’intention", null=True)
    applied_on = models.DateField("demande déposée", null=True)

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("project__withdrawn_at",)

    class Meta:
        verbose_name = "demande à un financeur"
        verbose_name_plural = "demandes aux financeurs"
        ordering = ("project_id", "position")

    def __str__(self) -> str:
        return self.funder


class AssessorScoreQuerySet(MissionDataQuerySet["AssessorScore"]):
    """Marks that nobody signed: who stands aside for a firm reads none of its projects'."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """As any row of the team, but for the firms for which this person stands aside."""
        recusals = end_of(self.model, "project__firm__recusals").objects
        return super().visible_to(user).exclude(project__firm__in=recusals.firms_left_by(user))


class AssessorScore(Ordered, MissionData):
    """The assessors' score of a project on one criterion of the call, 0 to 5, which nobody signed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scores", verbose_name="projet")
    criterion = models.CharField("critère", max_length=300)
    score = models.IntegerField("note sur 5")
    reason = models.TextField("motif", blank=True)

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("project__withdrawn_at",)
    objects: ClassVar = Present.from_queryset(AssessorScoreQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "note d’instructeur"
        verbose_name_plural = "notes d’instructeurs"
        ordering = ("project_id", "position")

    def __str__(self) -> str:
        return f"{self.criterion} : {self.score}"


class PartnerEntry(Ordered, Withdrawable, MissionData):
    """A line of a partner's own list, as the partner wrote it."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="partner_entries", verbose_name="mission"
    )
    ref = models.CharField("référence", max_length=64)
    partner = models.CharField("partenaire", max_length=300)
    firm_name = models.CharField("entreprise", max_length=300)
    siren = models.CharField("SIREN", max_length=9, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    commune = models.CharField("commune", max_length=300, blank=True)
    project_title = models.CharField("projet", max_length=300, blank=True)
    amount = models.DecimalField("montant (€)", max_digits=16, decimal_places=2, null=True)
    dated = models.DateField("date", null=True)
    amount_is = models.CharField("ce qu’est le montant", max_length=32, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    siret = models.CharField("SIRET", max_length=14, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    source = models.TextField("fichier et ligne", blank=True)

    WITHDRAWN_PATHS = ("withdrawn_at",)

    class Meta:
        verbose_name = "ligne d’une liste de partenaire"
        verbose_name_plural = "lignes des listes de partenaires"
        ordering = ("ref",)

    def __str__(self) -> str:
        return f"{self.partner_name} — {self.firm_name}"

    @property
    def partner_name(self) -> str:
        """The short name of the partner."""
        return organisation_name(self.partner)
