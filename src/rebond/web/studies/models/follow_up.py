"""What a study proposes next: the way out of every project, the actions of the roadmap."""

from __future__ import annotations

from django.db import models

from rebond.web.interviews.models import Need
from rebond.web.projects.models import Project
from rebond.web.studies.models.study import StudyData


class Referral(StudyData):
    """One organisation that a project is sent to."""

    class Kind(models.TextChoices):
        """The ways out of the mission."""

        RETAINED = "retenu", "Proposé sur l’enveloppe"
        FUNDERS = "financeurs", "Orienté vers des financeurs"
        ADVISER = "conseil", "Accompagné par un conseil"
        DIFFICULTY = "difficulte", "Prévention des difficultés"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", verbose_name="projet")
    position = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("suite", max_length=12, choices=Kind.choices)
    organisation = models.CharField("organisation", max_length=64)
    organisation_name = models.CharField("nom de l’organisation", max_length=150)
    dispositifs = models.JSONField("dispositifs", default=list)
    reason = models.CharField("motif", max_length=500)
    next_step = models.CharField("prochaine étape", max_length=300)
    owner_name = models.CharField("responsable", max_length=150)
    due_on = models.DateField("échéance")

    class Meta:
        verbose_name = "orientation"
        ordering = ("project__ref", "position")

    def __str__(self) -> str:
        return f"{self.project} → {self.organisation_name}"


class Action(StudyData):
    """An action of the roadmap with its axis, owner, date, indicator, and every need that it answers."""

    position = models.PositiveSmallIntegerField("rang")
    code = models.CharField("code", max_length=20)
    axis = models.CharField("axe", max_length=40)
    axis_label = models.CharField("axe en clair", max_length=100)
    axis_description = models.CharField("ce que couvre l’axe", max_length=200, blank=True)
    title = models.CharField("intitulé", max_length=300)
    owner_name = models.CharField("pilote", max_length=150)
    partners = models.JSONField("partenaires", default=list)
    due_on = models.DateField("échéance")
    indicator = models.CharField("indicateur", max_length=200)
    from_what = models.TextField("pour qui, à partir de quoi", blank=True)
    owner = models.CharField("code du pilote", max_length=64, blank=True)
    partner_codes = models.JSONField("codes des partenaires", default=list)
    needs = models.ManyToManyField(Need, related_name="+", verbose_name="besoins")

    class Meta:
        verbose_name = "action proposée"
        verbose_name_plural = "actions proposées"
        ordering = ("position",)

    def __str__(self) -> str:
        return self.title


class ActionFollowed(StudyData):
    """What a study found of an action that the mission adopted: for whom it is, what changed under it since."""

    action_ref = models.CharField("action", max_length=64)
    from_what = models.TextField("pour qui, à partir de quoi", blank=True)
    added = models.JSONField("besoins à rattacher", default=list)
    gone = models.JSONField("besoins disparus", default=list)
    lost_projects = models.JSONField("projets retirés", default=list)

    class Meta:
        verbose_name = "action suivie"
        verbose_name_plural = "actions suivies"
        ordering = ("action_ref",)

    def __str__(self) -> str:
        return self.action_ref
