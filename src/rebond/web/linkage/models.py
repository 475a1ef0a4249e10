"""What people settled about partners' lines; what is proposed belongs to a study."""

from __future__ import annotations

from django.db import models

from rebond.web.missions.data import MissionData, Ordered, Withdrawable
from rebond.web.missions.models import Mission


class LinkDecision(Ordered, Withdrawable, MissionData):
    """Whether a partner's line is a firm, or one of its projects.

    The line, the firm and the project are named, not pointed at: the decision outlives them.
    """

    class Answer(models.TextChoices):
        """What a person can say."""

        SAME = "meme", "C’est le même"
        DIFFERENT = "autre", "Ce n’est pas le même"
        UNDECIDED = "indecis", "On ne peut pas dire"

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="link_decisions", verbose_name="mission"
    )
    entry_ref = models.CharField("ligne", max_length=64)
    firm_ref = models.CharField("entreprise", max_length=64)
    project_ref = models.CharField("projet", max_length=64, blank=True)
    answer = models.CharField("réponse", max_length=8, choices=Answer.choices)
    by = models.CharField("par qui", max_length=300, blank=True)
    on = models.DateField("date", null=True)
    reason = models.TextField("motif", blank=True)

    WITHDRAWN_PATHS = ("withdrawn_at",)

    class Meta:
        verbose_name = "rapprochement décidé"
        verbose_name_plural = "rapprochements décidés"
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "entry_ref", "firm_ref", "project_ref"),
                name="one_answer_per_link",
                violation_error_message="Ce rapprochement est déjà décidé.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_ref}, {self.project_ref or self.firm_ref} : {self.get_answer_display()}"
