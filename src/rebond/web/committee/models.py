"""Sittings of the committee: planned, open, frozen; frozen, nothing of them changes (triggers)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse

from rebond.portfolio.committee.rules import Rule, RuleKind
from rebond.web.missions.data import MissionData, Ordered, Revised
from rebond.web.missions.models import Mission


class Sitting(Revised, MissionData):
    """One sitting. Planned, it has no number; of those that decide, the last one that has one is open until frozen.

    A technical sitting takes no decision: it is frozen as it is, with its agenda, who came and what was said.
    """

    class Kind(models.TextChoices):
        """What a sitting is for."""

        STEERING = "pilotage", "Comité de pilotage"
        TECHNICAL = "technique", "Comité technique"

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="sittings", verbose_name="mission")
    kind = models.CharField("nature", max_length=10, choices=Kind.choices, default=Kind.STEERING)
    number = models.PositiveIntegerField("numéro", null=True)
    starts_at = models.TimeField("heure", null=True)
    place = models.CharField("lieu", max_length=300, blank=True)
    link = models.URLField("visioconférence", max_length=500, blank=True)
    quorum = models.PositiveIntegerField("quorum", null=True)
    """Voting members present or represented without whom nothing is decided; null: the mission set none."""
    notice_days = models.PositiveIntegerField("convoquer n jours avant", default=10)
    convened_on = models.DateField("convoquée le", null=True)
    cancelled_at = models.DateTimeField("annulée le", null=True)
    cancelled_why = models.TextField("motif de l’annulation", blank=True)
    held_on = models.DateField("tenue le")
    chair = models.CharField("présidence", max_length=200, blank=True)
    present = models.TextField("présents", blank=True)
    aside = models.TextField("se sont retirés", blank=True)
    """Who stood aside, for which project, and why: typed by the pilot."""
    follows = models.PositiveIntegerField("suit la séance", null=True)
    why = models.TextField("pourquoi une autre séance", blank=True)
    rules = models.JSONField("règles", default=list)
    rules_reason = models.TextField("motif des règles", blank=True)
    frozen_at = models.DateTimeField("gelée le", null=True)

    COMMITTEE_ALWAYS = True
    PILOT_DECIDES = True

    class Meta:
        verbose_name = "séance du comité"
        verbose_name_plural = "séances du comité"
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("mission", "number"), name="one_sitting_per_number"),)

    def __str__(self) -> str:
        return f"Séance nº {self.number}" if self.number is not None else f"Séance du {self.held_on:%d/%m/%Y}"

    @property
    def decides(self) -> bool:
        """Whether it may take decisions."""
        return self.kind == self.Kind.STEERING

    @property
    def is_planned(self) -> bool:
        """Whether it was not opened, frozen nor cancelled."""
        return self.number is None and self.frozen_at is None and self.cancelled_at is None

    @property
    def convene_by(self) -> date:
        """The last day to convene it."""
        return self.held_on - timedelta(days=self.notice_days)

    @property
    def asked(self) -> tuple[Rule, ...]:
        """Its rules."""
        return tuple(Rule(kind=RuleKind(each["genre"]), number=each["nombre"]) for each in self.rules)

    def ask(self, rules: Sequence[Rule]) -> None:
        """Set its rules."""
        self.rules = [{"genre": rule.kind.value, "nombre": rule.number} for rule in rules]


class Frozen(MissionData):
    """What is added and never changed. It names the mission without a constraint: it outlives it, as the journal."""

    mission = models.ForeignKey(
        Mission, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name="mission"
    )
    mission_slug = models.CharField("identifiant de la mission", max_length=50)
    number = models.PositiveIntegerField("séance")

    SITE_WRITES = True

    class Meta:
        abstract = True


class FrozenSitting(Frozen):
    """The record of a sitting as the committee reads it: what was proposed, decided, why, the sums, the rules."""

    at = models.DateTimeField("gelée le")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name="gelée par",
    )
    by_name = models.CharField("gelée par", max_length=200)
    follows = models.PositiveIntegerField("suit la séance", null=True)
    study_number = models.PositiveIntegerField("étude", null=True)
    content = models.JSONField("relevé")
    digest = models.CharField("empreinte", max_length=64)
    journal_position = models.PositiveBigIntegerField("rang au journal")
    journal_digest = models.CharField("empreinte au journal", max_length=64)

    COMMITTEE_ALWAYS = True

    class Meta(Frozen.Meta):
        verbose_name = "séance gelée"
        verbose_name_plural = "séances gelées"
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("mission", "number"), name="one_record_per_sitting"),)

    def __str__(self) -> str:
        return f"Séance nº {self.number}, gelée"

    def get_absolute_url(self) -> str:
        """Its record."""
        return reverse("committee:record", args=[self.mission_slug, self.number])


class FrozenDecision(Frozen):
    """One decision of a frozen sitting, with what the firm may be told of it: for the team, never for the committee."""

    project_number = models.PositiveBigIntegerField("rang du projet")
    """Its key, without a constraint: triggers find the decision by it."""
    project_ref = models.SlugField("référence du projet", max_length=64)
    outcome = models.CharField("décision", max_length=10)
    amount = models.DecimalField("montant décidé (€)", max_digits=16, decimal_places=2, null=True)
    decided_on = models.DateField("date", null=True)
    reason = models.TextField("motif", blank=True)
    decided_by = models.CharField("par qui", max_length=300, blank=True)
    told = models.JSONField("dit à l’entreprise")

    class Meta(Frozen.Meta):
        verbose_name = "décision gelée"
        verbose_name_plural = "décisions gelées"
        ordering = ("project_ref",)
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "number", "project_ref"), name="one_frozen_decision_per_project"
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_ref}, séance nº {self.number}"


class LetterText(MissionData):
    """The text that a mission puts in the place of a model of minutes or letters."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="letter_texts", verbose_name="mission")
    kind = models.CharField("modèle", max_length=20)
    text = models.TextField("texte")

    PILOT_DECIDES = True

    class Meta:
        verbose_name = "modèle de courrier"
        verbose_name_plural = "modèles de courriers"
        ordering = ("kind",)
        constraints = (models.UniqueConstraint(fields=("mission", "kind"), name="one_text_per_letter"),)

    def __str__(self) -> str:
        return self.kind


class Member(MissionData):
    """Someone who sits: an account of the mission, or a person without one; whoever has the committee's role sits."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="committee_members", verbose_name="mission"
    )
    username = models.CharField("compte", max_length=150, blank=True)
    """Empty: without an account."""
    name = models.CharField("nom", max_length=100)
    organisation = models.CharField("organisation", max_length=200, blank=True)
    email = models.EmailField("courriel", blank=True)
    voting = models.BooleanField("voix délibérative", default=True)
    until = models.DateField("siège jusqu’au", null=True)

    COMMITTEE_ALWAYS = True
    PILOT_DECIDES = True

    class Meta:
        verbose_name = "membre du comité"
        verbose_name_plural = "membres du comité"
        ordering = ("organisation", "name", "pk")

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})" if self.organisation else self.name


class OfSitting(MissionData):
    """What belongs to one sitting, and goes with it (triggers); once the sitting is frozen nothing of it changes."""

    MISSION_PATH = "sitting__mission"
    COMMITTEE_ALWAYS = True
    PILOT_DECIDES = True

    class Meta:
        abstract = True


class Attendance(OfSitting):
    """Whether a member came, with what the member was that day."""

    class State(models.TextChoices):
        """How a member attended."""

        PRESENT = "present", "Présent"
        EXCUSED = "excuse", "Excusé"
        REPRESENTED = "represente", "Représenté"
        ABSENT = "absent", "Absent"

    sitting = models.ForeignKey(Sitting, on_delete=models.DO_NOTHING, related_name="attendance", verbose_name="séance")
    who = models.CharField("membre, sans casse", max_length=150)
    """``person`` of the account, or of the name of someone without one: as declarations of interest name it."""
    name = models.CharField("nom", max_length=100)
    organisation = models.CharField("organisation", max_length=200, blank=True)
    voting = models.BooleanField("voix délibérative")
    state = models.CharField("présence", max_length=10, choices=State.choices)
    by = models.CharField("représenté par", max_length=100, blank=True)

    class Meta:
        verbose_name = "présence"
        ordering = ("organisation", "name", "pk")
        constraints = (models.UniqueConstraint(fields=("sitting", "who"), name="one_attendance_per_member"),)

    def __str__(self) -> str:
        return f"{self.name} : {self.get_state_display()}"

    @property
    def counts(self) -> bool:
        """Whether it counts for the quorum."""
        return self.voting and self.state in {self.State.PRESENT, self.State.REPRESENTED}


class AgendaPoint(Ordered, OfSitting):
    """A point of the agenda. Those that the mission's state proposes are there by themselves until one is written."""

    class Kind(models.TextChoices):
        """What a point is about."""

        SINCE = "depuis", "Depuis le dernier comité"
        DECISIONS = "decisions", "Décisions à prendre"
        NATIONAL = "suites", "Décisions nationales"
        RESERVE = "reserve", "Liste de réserve"
        REFERRALS = "orientations", "Suivi des orientations"
        ROADMAP = "feuille_de_route", "Avancement de la feuille de route"
        FREE = "libre", "Autre point"

    sitting = models.ForeignKey(Sitting, on_delete=models.DO_NOTHING, related_name="points", verbose_name="séance")
    kind = models.CharField("nature", max_length=20, choices=Kind.choices, default=Kind.FREE)
    title = models.CharField("intitulé", max_length=300, blank=True)
    """Empty: what the state of the mission says of a point of this nature."""
    minutes = models.PositiveIntegerField("durée (minutes)", null=True)
    who = models.CharField("rapporteur", max_length=200, blank=True)
    said = models.TextField("ce qui s’est dit", blank=True)
    dropped = models.BooleanField("retiré de l’ordre du jour", default=False)
    """A proposed point that is not wanted stays, so as not to come back."""

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title or str(self.get_kind_display())


class SessionDocument(MissionData):
    """A file made for a sitting, as it was that day: its bytes and digest never change (triggers).

    It names mission and sitting without a constraint, as what is frozen: it outlives them.
    """

    mission = models.ForeignKey(
        Mission, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name="mission"
    )
    mission_slug = models.CharField("identifiant de la mission", max_length=50)
    sitting_key = models.PositiveBigIntegerField("rang de la séance")
    name = models.CharField("nom du fichier", max_length=200)
    title = models.CharField("intitulé", max_length=300)
    at = models.DateTimeField("figé le")
    by_name = models.CharField("figé par", max_length=200)
    study_number = models.PositiveIntegerField("étude", null=True)
    content = models.BinaryField("contenu")
    size = models.PositiveBigIntegerField("taille (octets)")
    digest = models.CharField("empreinte", max_length=64)

    SITE_WRITES = True
    COMMITTEE_ALWAYS = True

    class Meta:
        verbose_name = "document de séance"
        verbose_name_plural = "documents de séance"
        ordering = ("-at", "name")
        constraints = (
            models.UniqueConstraint(fields=("mission", "sitting_key", "digest"), name="one_session_document_per_bytes"),
        )

    def __str__(self) -> str:
        return self.name


class ConvocationSent(MissionData):
    """That a convocation was sent to a member, as it was then: once for an address and a version."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="convocations", verbose_name="mission")
    sitting_key = models.PositiveBigIntegerField("rang de la séance")
    email = models.EmailField("adresse")
    name = models.CharField("membre", max_length=150)
    version = models.CharField("empreinte du texte", max_length=64)
    document_key = models.PositiveBigIntegerField("rang du document figé")
    at = models.DateTimeField("partie le", auto_now_add=True)
    by_name = models.CharField("envoyée par", max_length=200)
    title = models.CharField("objet", max_length=400, blank=True)
    text = models.TextField("texte", blank=True)
    """Of the letter, to send it again; empty for one that came from an archive."""
    refusal = models.CharField("dernier refus", max_length=300, blank=True)
    """What the server of letters said; empty once it took it."""
    tries = models.PositiveSmallIntegerField("refus", default=0)
    not_before = models.DateTimeField("prochain essai", null=True)

    SITE_WRITES = True

    class Meta:
        verbose_name = "convocation envoyée"
        verbose_name_plural = "convocations envoyées"
        ordering = ("-at", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "sitting_key", "email", "version"), name="one_convocation_per_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.at:%d/%m/%Y}"


class Tally(MissionData):
    """The votes counted on a decision at a sitting, when the committee counts them; the record keeps them."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="tallies", verbose_name="mission")
    sitting_key = models.PositiveBigIntegerField("rang de la séance")
    project_ref = models.CharField("projet", max_length=64)
    in_favour = models.PositiveIntegerField("pour")
    against = models.PositiveIntegerField("contre")
    abstained = models.PositiveIntegerField("abstentions")

    PILOT_DECIDES = True

    class Meta:
        verbose_name = "décompte des voix"
        verbose_name_plural = "décomptes des voix"
        ordering = ("project_ref",)
        constraints = (
            models.UniqueConstraint(fields=("mission", "sitting_key", "project_ref"), name="one_tally_per_decision"),
        )

    def __str__(self) -> str:
        return f"{self.project_ref} : {self.words}"

    @property
    def total(self) -> int:
        """All voices counted."""
        return self.in_favour + self.against + self.abstained

    @property
    def words(self) -> str:
        """« 5 pour, 1 contre, 2 abstentions »."""
        plural = "s" if self.abstained > 1 else ""
        return f"{self.in_favour} pour, {self.against} contre, {self.abstained} abstention{plural}"
