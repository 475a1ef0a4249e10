"""What each person chose, the digests that left, what they told, and the addresses of calendars.

None of it is a fact of a mission: it is how the site writes to people. That nothing is sent twice is held by the
constraints of these tables, whatever process writes them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission


class Preference(models.Model):
    """When a person reads digests, and which kinds he or she does not want; who has no row has the rule's own."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders", verbose_name="personne"
    )
    days = models.CharField("jours", max_length=7, blank=True, help_text="Chiffres de 0 (lundi) à 6 ; vide : jamais.")
    hour = models.PositiveSmallIntegerField("heure")
    silent = models.JSONField("genres refusés", default=list)
    since = models.DateTimeField("depuis le")
    """A digest whose hour was before is not sent: choosing an hour sends nothing at once."""

    class Meta:
        verbose_name = "choix des rappels"
        verbose_name_plural = "choix des rappels"

    def __str__(self) -> str:
        return f"Rappels de {self.user}"


class Digest(models.Model):
    """The letter of a person and a day: one at most, by the constraint. Its text is written nowhere.

    ``CLAIMED`` is written before the letter is handed to the server, ``SENT`` after: a row that a dead process left
    claimed is sent again under the same ``Message-ID``, so that it is the same letter.
    """

    class State(models.TextChoices):
        """Where it stands."""

        EMPTY = "vide", "Rien à dire"
        CLAIMED = "en_cours", "En cours d’envoi"
        REFUSED = "refuse", "Refusé, à renvoyer"
        SENT = "envoye", "Envoyé"
        FAILED = "abandonne", "Abandonné"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="qui")
    day = models.DateField("jour")
    state = models.CharField("état", max_length=10, choices=State.choices)
    message_id = models.CharField("identifiant du courriel", max_length=120, unique=True)
    due_at = models.DateTimeField("heure voulue")
    made_at = models.DateTimeField("écrit le")
    sent_at = models.DateTimeField("envoyé le", null=True)

    holder = models.UUIDField("processus", null=True)
    machine = models.CharField("machine", max_length=64, blank=True)
    pid = models.PositiveBigIntegerField("numéro du processus", default=0)
    started = models.CharField("départ du processus", max_length=32, blank=True)
    until = models.DateTimeField("bail jusqu’à", null=True)

    tries = models.PositiveSmallIntegerField("refus", default=0)
    not_before = models.DateTimeField("prochain essai", null=True)
    refusal = models.CharField("dernier refus", max_length=300, blank=True)

    class Meta:
        verbose_name = "récapitulatif"
        constraints = (models.UniqueConstraint(fields=("user", "day"), name="one_digest_per_person_and_day"),)
        indexes = (
            models.Index(
                fields=("state",), condition=models.Q(state__in=("en_cours", "refuse")), name="digests_not_settled"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.day:%d/%m/%Y}"


class Told(MissionData):
    """That a person was told of a matter, for a period of it: once, by the constraint."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="qui")
    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="+", verbose_name="mission")
    kind = models.CharField("genre", max_length=20)
    matter = models.CharField("objet", max_length=64)
    """Digest of what names it: a firm or a project may be in it."""
    period = models.CharField("période", max_length=20)
    on = models.DateField("le")
    digest = models.ForeignKey(
        Digest, on_delete=models.SET_NULL, null=True, related_name="told", verbose_name="courriel"
    )

    OWNER = "user"
    SITE_WRITES = True

    class Meta:
        verbose_name = "rappel"
        constraints = (
            models.UniqueConstraint(
                fields=("user", "mission", "kind", "matter", "period"), name="one_reminder_per_matter_and_period"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.kind}, {self.period}"


class CalendarAddress(models.Model):
    """Where the calendar of a person reads his or her days; the address itself is kept nowhere, only its digest."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar", verbose_name="personne"
    )
    token = models.CharField("empreinte de l’adresse", max_length=64, unique=True)
    account_digest = models.CharField("empreinte du compte", max_length=64)
    """Of the password when it was made: another password ends it, as it ends the tokens of programs."""
    made_at = models.DateTimeField("créée le")
    read_at = models.DateTimeField("dernière lecture", null=True)
    content = models.CharField("empreinte du contenu", max_length=64, blank=True)
    changed_at = models.DateTimeField("contenu changé le", null=True)

    class Meta:
        verbose_name = "adresse d’agenda"
        verbose_name_plural = "adresses d’agenda"

    def __str__(self) -> str:
        return f"Agenda de {self.user}"
