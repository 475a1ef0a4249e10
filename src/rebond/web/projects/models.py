"""An investment project: its costs, its place, its maturity. ``NULL`` means UNKNOWN; an empty text is one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from rebond.web.firms.models import Firm
from rebond.web.missions.data import Located, MissionData, Ordered, Revised, Withdrawable
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import Present, SearchedQuerySet
from rebond.web.missions.truth import Answer


class ProjectQuerySet(SearchedQuerySet["Project"]):
    """Projects by what people look for."""


class Project(Located, Ordered, Revised, Withdrawable, MissionData):
    """An investment project as recorded, and what the mission found of it."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="projects", verbose_name="mission")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="projects", verbose_name="entreprise")
    ref = models.SlugField("référence", max_length=64)
    title = models.CharField("intitulé", max_length=300)
    description = models.TextField("description", blank=True)
    insee_code = models.CharField("code INSEE déclaré", max_length=5, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    zones = models.JSONField("zonages", default=list)
    kind = models.CharField("type", max_length=300, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    kind_label = models.CharField("type en clair", max_length=100, blank=True)
    objectives = models.JSONField("objectifs", default=list)
    declared = models.JSONField("autres faits déclarés", default=list)
    cost = models.DecimalField("coût hors taxes (€)", default=0, max_digits=16, decimal_places=2)
    own_financing = models.DecimalField("financement acquis (€)", max_digits=16, decimal_places=2, null=True)
    need = models.DecimalField("besoin de financement (€)", default=0, max_digits=16, decimal_places=2)
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

    known = models.CharField("connu", max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    known_by = models.JSONField("connu de", default=list)
    maybe_known_by = models.JSONField("peut-être connu de", default=list)

    maturity = models.CharField("maturité", max_length=40, blank=True)
    maturity_label = models.CharField("maturité en clair", max_length=100, blank=True)
    maturity_derived_label = models.CharField("maturité selon les preuves", max_length=100, blank=True)
    maturity_mean = models.DecimalField("moyenne de la grille", max_digits=4, decimal_places=2, null=True)
    maturity_reason = models.TextField("motif de la correction", blank=True)
    maturity_remarks = models.JSONField("remarques sur la maturité", default=list)
    ripe = models.CharField("mûr", max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    search = models.TextField("texte de recherche", editable=False)

    WITHDRAWN_PATHS = ("withdrawn_at",)
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


class CostLine(Ordered, Withdrawable, MissionData):
    """A cost item, and how much aid its plan puts on it against the ceiling."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="costs", verbose_name="projet")
    ref = models.CharField("référence", max_length=64)
    nature = models.CharField("nature", max_length=300)
    nature_label = models.CharField("nature en clair", max_length=100)
    label = models.CharField("intitulé", max_length=300, blank=True)
    year = models.PositiveSmallIntegerField("année")
    amount = models.DecimalField("montant hors taxes (€)", max_digits=16, decimal_places=2)
    aid = models.DecimalField("aide publique (€)", max_digits=16, decimal_places=2, default=0)
    ceiling = models.DecimalField("aide la plus haute permise (€)", max_digits=16, decimal_places=2, null=True)

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "project__withdrawn_at")

    class Meta:
        verbose_name = "poste de dépense"
        verbose_name_plural = "postes de dépense"
        ordering = ("project_id", "position", "ref")

    def __str__(self) -> str:
        return self.label or self.nature_label


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


class AssessorScore(Ordered, MissionData):
    """The assessors' score of a project on one criterion of the call, 0 to 5."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scores", verbose_name="projet")
    criterion = models.CharField("critère", max_length=300)
    score = models.IntegerField("note sur 5")

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("project__withdrawn_at",)

    class Meta:
        verbose_name = "note d’instructeur"
        verbose_name_plural = "notes d’instructeurs"
        ordering = ("project_id", "position")

    def __str__(self) -> str:
        return f"{self.criterion} : {self.score}"


class MaturityCriterion(MissionData):
    """One line of the maturity grid of a project, with its proof."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="maturity_criteria", verbose_name="projet"
    )
    position = models.PositiveSmallIntegerField("rang")
    label = models.CharField("critère", max_length=100)
    best = models.PositiveSmallIntegerField("niveau le plus haut")
    level = models.PositiveSmallIntegerField("niveau compté", null=True)
    level_label = models.CharField("niveau en clair", max_length=300, blank=True)
    proof = models.TextField("preuve", blank=True)
    remark = models.CharField("remarque", max_length=300, blank=True)
    next_step = models.CharField("pour monter d’un niveau", max_length=400, blank=True)

    MISSION_PATH = "project__mission"

    class Meta:
        verbose_name = "critère de maturité"
        verbose_name_plural = "critères de maturité"
        ordering = ("position",)

    def __str__(self) -> str:
        return self.label


class PartnerEntry(Ordered, Withdrawable, MissionData):
    """A line of a partner's own list, as the partner wrote it."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="partner_entries", verbose_name="mission"
    )
    ref = models.CharField("référence", max_length=64)
    partner = models.CharField("partenaire", max_length=300)
    partner_name = models.CharField("nom du partenaire", max_length=150)
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


class KnownLink(MissionData):
    """A partner's line against a firm, or against one of its projects, with its reasons."""

    class Outcome(models.TextChoices):
        """The three outcomes of a comparison."""

        LINKED = "lie", "Lié"
        TO_CONFIRM = "a_confirmer", "À confirmer"
        REJECTED = "rejete", "Rejeté"

    entry = models.ForeignKey(PartnerEntry, on_delete=models.CASCADE, related_name="links", verbose_name="ligne")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="known_links", verbose_name="entreprise")
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="known_links", null=True, verbose_name="projet"
    )
    outcome = models.CharField("issue", max_length=12, choices=Outcome.choices)
    score = models.PositiveSmallIntegerField("ressemblance", help_text="Pour l’ordre d’examen seulement.")
    reasons = models.JSONField("raisons", default=list)
    decided = models.BooleanField("décidé par une personne", default=False)

    MISSION_PATH = "entry__mission"

    class Meta:
        verbose_name = "rapprochement"
        ordering = ("-score", "pk")

    def __str__(self) -> str:
        return f"{self.entry} : {self.get_outcome_display()}"
