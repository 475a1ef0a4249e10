"""What a study found of a firm and of a project: columns that lists filter, sort and add up; the rest in a record."""

from __future__ import annotations

from django.db import models

from rebond.financing.plan.certainty import SupportStack
from rebond.web.firms.models import Firm
from rebond.web.missions.truth import Answer
from rebond.web.projects.models import CostLine, PartnerEntry, Project
from rebond.web.studies.models.record import Record
from rebond.web.studies.models.study import StudyData
from rebond.web.studies.records import ProjectRecord

NOT_COMPARED = ""
"""In place of what lists say of a firm or a project, where no partner gave any."""


class FirmFinding(StudyData):
    """The EU size of a firm, its de minimis account, who knew it."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="findings", verbose_name="entreprise")

    size = models.CharField("taille européenne", max_length=60, blank=True)
    size_range = models.CharField("taille possible", max_length=120, blank=True)
    is_sme = models.CharField("PME", max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    size_steps = models.JSONField("explication de la taille", default=list)
    size_missing = models.JSONField("chiffres manquants", default=list)
    size_unverified = models.JSONField("seuils non vérifiés", default=list)

    de_minimis_ceiling = models.DecimalField("plafond de minimis (€)", max_digits=16, decimal_places=2)
    de_minimis_used = models.DecimalField("de minimis consommé (€)", max_digits=16, decimal_places=2)
    de_minimis_room = models.DecimalField("de minimis disponible (€)", max_digits=16, decimal_places=2, null=True)
    de_minimis_at_most = models.DecimalField("de minimis disponible au plus (€)", max_digits=16, decimal_places=2)
    de_minimis_note = models.TextField("motif du compte inconnu", blank=True)
    de_minimis_opens_on = models.DateField("de la place se libère le", null=True)
    de_minimis_years = models.PositiveSmallIntegerField("fenêtre de minimis (années)")
    de_minimis_aids = models.JSONField("aides comptées dans le plafond de minimis", default=list)
    """References of the aids of the single undertaking that are within the window."""

    known = models.CharField("connue des partenaires", max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    known_by = models.JSONField("connue de", default=list)

    class Meta:
        verbose_name = "entreprise étudiée"
        verbose_name_plural = "entreprises étudiées"
        constraints = (models.UniqueConstraint(fields=("study", "firm"), name="one_finding_per_firm"),)

    def __str__(self) -> str:
        return f"{self.firm}, étude nº {self.study.number}"


class ProjectFinding(StudyData):
    """Who knew a project, how ripe it is, its plan in figures, what is proposed for it."""

    class Status(models.TextChoices):
        """Where a project stands in the call."""

        RETAINED = "retenu", "Proposé au comité"
        NOT_RETAINED = "non_retenu", "Candidat non proposé"
        COVERED = "finance_ailleurs", "Finançable sans l’enveloppe"
        NOT_ADMITTED = "non_admis", "Hors de l’appel"

    class Robustness(models.TextChoices):
        """Whether a candidate's place rests on the weights (``rebond.portfolio.robust.model.Status``)."""

        CORE = "coeur", "Cœur"
        BORDERLINE = "limite", "Limite"
        EXTERIOR = "exterieur", "Extérieur"
        OPEN = "non_etabli", "Non établi"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="findings", verbose_name="projet")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="findings", verbose_name="détail")

    cost = models.DecimalField("coût hors taxes (€)", max_digits=16, decimal_places=2)
    need = models.DecimalField("besoin de financement (€)", max_digits=16, decimal_places=2)

    known = models.CharField("connu", max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    known_by = models.JSONField("connu de", default=list)
    maybe_known_by = models.JSONField("peut-être connu de", default=list)

    maturity = models.CharField("maturité", max_length=40, blank=True)
    maturity_label = models.CharField("maturité en clair", max_length=100, blank=True)
    maturity_mean = models.DecimalField("moyenne de la grille", max_digits=4, decimal_places=2, null=True)
    ripe = models.CharField("mûr", max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)

    support = models.DecimalField("soutiens au plan (€)", max_digits=16, decimal_places=2)
    benefit = models.DecimalField("équivalent-subvention (€)", max_digits=16, decimal_places=2)
    state_aid = models.DecimalField("aide d’État (€)", max_digits=16, decimal_places=2)
    covered = models.DecimalField("besoin couvert (€)", max_digits=16, decimal_places=2)
    gap = models.DecimalField("reste à trouver (€)", max_digits=16, decimal_places=2)
    firm_support = models.PositiveBigIntegerField("soutien ferme (€)")
    conditional_support = models.PositiveBigIntegerField("soutien sous conditions (€)")
    unverified_support = models.PositiveBigIntegerField("soutien au droit non relu (€)")
    not_ripe_support = models.PositiveBigIntegerField("soutien d’un projet non mûr (€)")
    beyond_need = models.PositiveBigIntegerField("au-delà du besoin, non compté (€)")
    proven = models.BooleanField("optimum prouvé")
    gap_to_bound = models.FloatField("écart à la borne")

    status = models.CharField("proposition", max_length=20, choices=Status.choices)
    reasons = models.JSONField("motifs de la proposition", default=list)
    uncovered = models.DecimalField("sans autre financement (€)", max_digits=16, decimal_places=2)
    envelope = models.DecimalField("proposé sur l’enveloppe (€)", max_digits=16, decimal_places=2, default=0)
    needs = models.DecimalField("il lui faut de l’enveloppe (€)", max_digits=16, decimal_places=2, default=0)
    """Of a candidate left out, to come in; 0: no amount would do."""
    part = models.JSONField("part que l’appel peut en payer", default=dict, blank=True)
    """Of a candidate of a call that pays parts: the least and the most of it, and with how much it counts in full."""
    score = models.DecimalField("valeur sur 100", max_digits=6, decimal_places=2)
    score_high = models.DecimalField("valeur sur 100, au plus", max_digits=6, decimal_places=2, null=True)
    """What it would be with the best of every unknown score; null: a study that did not say it."""
    calls = models.JSONField("place dans chaque appel", default=dict, blank=True)
    """Of a mission with several calls: call by its name → where it stands there; the columns above are of them all."""
    robustness = models.CharField("robustesse", max_length=12, choices=Robustness.choices, blank=True)

    COMMITTEE_PATH = "project"

    class Meta:
        verbose_name = "projet étudié"
        verbose_name_plural = "projets étudiés"
        constraints = (models.UniqueConstraint(fields=("study", "project"), name="one_finding_per_project"),)
        indexes = (models.Index(fields=("study", "status"), name="finding_by_status"),)

    def __str__(self) -> str:
        return f"{self.project}, étude nº {self.study.number}"

    @property
    def is_valued(self) -> bool:
        """Whether every score is known, so that the value is one number."""
        return self.score_high is None or self.score_high == self.score

    @property
    def stack(self) -> SupportStack:
        """The support of its plan by certainty."""
        return SupportStack(
            firm=self.firm_support,
            conditional=self.conditional_support,
            unverified=self.unverified_support,
            not_ripe=self.not_ripe_support,
            beyond_need=self.beyond_need,
        )

    @property
    def found(self) -> ProjectRecord:
        """Verdicts, plan, grid of maturity, scores: read from the record, once per row."""
        if "_found" not in self.__dict__:
            self.__dict__["_found"] = ProjectRecord(self.record.read())
        kept: ProjectRecord = self.__dict__["_found"]
        return kept


class PlanLine(StudyData):
    """Euros of one dispositif, under one regime, on one cost line: what plans take, to be added up."""

    finding = models.ForeignKey(
        ProjectFinding, on_delete=models.CASCADE, related_name="lines", verbose_name="projet étudié"
    )
    cost_line = models.ForeignKey(CostLine, on_delete=models.CASCADE, related_name="+", verbose_name="poste de dépense")
    position = models.PositiveSmallIntegerField("rang")
    dispositif = models.CharField("dispositif", max_length=120)
    regime = models.CharField("régime", max_length=64)
    amount = models.DecimalField("montant (€)", max_digits=16, decimal_places=2)
    aid = models.DecimalField("équivalent-subvention brut (€)", max_digits=16, decimal_places=2)
    is_envelope = models.BooleanField("sur l’enveloppe", default=False)

    class Meta:
        verbose_name = "ligne de plan"
        verbose_name_plural = "lignes de plan"
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.dispositif} sur {self.cost_line}"


class KnownLink(StudyData):
    """A partner's line against a firm, or against one of its projects, with its reasons."""

    class Outcome(models.TextChoices):
        """The three outcomes of a comparison."""

        LINKED = "lie", "Lié"
        TO_CONFIRM = "a_confirmer", "À confirmer"
        REJECTED = "rejete", "Rejeté"

    entry = models.ForeignKey(PartnerEntry, on_delete=models.CASCADE, related_name="+", verbose_name="ligne")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="+", verbose_name="entreprise")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", null=True, verbose_name="projet")
    outcome = models.CharField("issue", max_length=12, choices=Outcome.choices)
    score = models.PositiveSmallIntegerField("ressemblance", help_text="Pour l’ordre d’examen seulement.")
    reasons = models.JSONField("raisons", default=list)
    decided = models.BooleanField("décidé par une personne", default=False)

    class Meta:
        verbose_name = "rapprochement"
        ordering = ("-score", "pk")

    def __str__(self) -> str:
        return f"{self.entry} : {self.get_outcome_display()}"
