"""A mission, who takes part in it, and what it assumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from rebond.facts import DescentAct
from rebond.web.missions.data import MissionData, Ordered, Revised, Withdrawable
from rebond.web.missions.querysets import MissionDataQuerySet, Present

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User
    from rebond.web.studies.models import Study


HELD = (
    "Les courriels de cette mission, reprise d’une archive, sont retenus : son pilote les active dans « Importer, "
    "exporter »."
)
"""Why a letter does not leave, wherever someone asks for it."""


class MissionQuerySet(models.QuerySet["Mission"]):
    """Missions by who may read them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The missions that a person takes part in today: who left sees nothing."""
        if not user.is_authenticated:
            return self.none()
        return self.followed_by(user.pk)

    def followed_by(self, person: int) -> Self:
        """The missions that the person of that number takes part in today."""
        return self.filter(memberships__user_id=person, memberships__left_at__isnull=True).distinct()

    def in_part(self, user: User | AnonymousUser, *roles: str) -> Self:
        """The missions in which a person has one of these roles today."""
        if not user.is_authenticated:
            return self.none()
        parts = Membership.objects.filter(user_id=user.pk, role__in=roles)
        return self.filter(pk__in=parts.values("mission"))

    def of_team(self, user: User | AnonymousUser) -> Self:
        """Those on whose facts a person works."""
        return self.in_part(user, Role.PILOT, Role.CONSULTANT)

    def piloted_by(self, user: User | AnonymousUser) -> Self:
        """Those that a person runs."""
        return self.in_part(user, Role.PILOT)

    def of_committee(self, user: User | AnonymousUser) -> Self:
        """Those on whose committee a person sits."""
        return self.in_part(user, Role.COMMITTEE)

    def current(self) -> Self:
        """Those that are not archived."""
        return self.filter(archived_at__isnull=True)

    def archived(self) -> Self:
        """Those that people only read."""
        return self.filter(archived_at__isnull=False)


class Mission(Revised, models.Model):
    """A recovery mission on a territory: its settings.

    ``revision`` is that of the settings, with the envelope, the weights and the zone assumptions.
    """

    slug = models.SlugField("identifiant", unique=True)
    name = models.CharField("nom", max_length=300)
    territory = models.CharField("territoire", max_length=300)
    territory_article = models.CharField("article du territoire", max_length=16, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    epcis = models.JSONField("intercommunalités", default=list)
    committee_on = models.DateField("date du comité")
    issued_at = models.CharField("lieu du communiqué", max_length=80, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    programme = models.TextField("contexte du programme", null=True)  # noqa: DJ001 - NULL: UNKNOWN
    quote = models.TextField("citation", null=True)  # noqa: DJ001 - NULL: UNKNOWN
    quoted = models.CharField("auteur de la citation", max_length=150, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    second_quote = models.TextField("deuxième citation", null=True)  # noqa: DJ001 - NULL: UNKNOWN
    second_quoted = models.CharField("auteur de la deuxième citation", max_length=150, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    press_contact = models.CharField("contact presse", max_length=200, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    embargo_until = models.DateField("fin de l'embargo", null=True)
    embargo_hour = models.CharField("heure de fin de l'embargo", max_length=20, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    logos = models.JSONField("logos", default=list)
    fictitious = models.BooleanField("données fictives", default=False)
    repairs = models.JSONField("valeurs réparées à la lecture", default=list)
    facts_state = models.UUIDField("état des faits", null=True, editable=False)
    """Another one at each change of a fact or decision; ``NULL`` while the mission's facts were never written."""
    facts_at = models.DateTimeField("faits enregistrés le", null=True, editable=False)
    facts_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="faits enregistrés par",
    )

    archived_at = models.DateTimeField("archivée le", null=True, editable=False)
    """From then on it is only read, and out of the lists."""
    letters_held = models.BooleanField("courriels retenus", default=False, editable=False)
    """It came from an archive: nobody is written to again, from here too, until its pilot says so."""

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = "mission"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Home of the mission."""
        return reverse("missions:home", args=[self.slug])

    @property
    def dated_from(self) -> str:
        """The town that its documents are dated from; empty while nobody gave one."""
        return self.issued_at or ""

    @cached_property
    def current_study(self) -> Study | None:
        """The study that people see; ``None`` while there is none."""
        return self.studies.filter(is_current=True).first()


class Role(models.TextChoices):
    """What a person is in a mission."""

    PILOT = "pilote", "Pilote"
    CONSULTANT = "consultant", "Consultant"
    PARTNER = "partenaire", "Partenaire"
    COMMITTEE = "copil", "Comité de pilotage"
    FIRM = "entreprise", "Entreprise"
    OBSERVER = "observateur", "Observateur"


class MembershipQuerySet(MissionDataQuerySet["Membership"]):
    """Who takes part: the pilot's to see and to settle; each person sees his or her own parts and those beside them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the missions that one pilots; one's own; in a mission, those of the same organisation.

        Never by where someone works: whoever pilots one mission could write that a person works anywhere.
        """
        if not user.is_authenticated:
            return self.none()
        beside = Membership.objects.filter(
            user_id=user.pk, mission_id=OuterRef("mission_id"), organisation=OuterRef("organisation")
        )
        return self.may_change(user) | self.filter(models.Exists(beside))

    def may_change(self, user: User | AnonymousUser) -> Self:
        """The pilot ends anyone's part, each person his or her own: of an archived mission too."""
        if not user.is_authenticated:
            return self.none()
        return self.in_missions(Mission.objects.piloted_by(user)) | self.filter(user_id=user.pk)

    def as_partner(self, user: User) -> Self:
        """The parts of a person as a partner, each for one organisation."""
        return self.filter(user_id=user.pk, role=Role.PARTNER)


class Membership(MissionData):
    """One part of a person in a mission; a person may have several, whose rights add up.

    A partner speaks for an organisation, a firm's person for a firm. A part that ended gives no right and stays, for
    what the person did: it is only in ``Membership.ever``.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name="utilisateur"
    )
    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="memberships", verbose_name="mission")
    role = models.CharField("rôle", max_length=12, choices=Role.choices)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        related_name="memberships",
        verbose_name="organisation",
    )
    firm = models.ForeignKey(
        "firms.Firm", on_delete=models.CASCADE, null=True, related_name="memberships", verbose_name="entreprise"
    )
    joined_at = models.DateTimeField("depuis le", null=True, default=timezone.now)
    """``NULL``: before the site noted it."""
    left_at = models.DateTimeField("partie le", null=True)

    WITHDRAWN_PATHS = ("left_at",)
    PILOT_DECIDES = True
    objects: ClassVar = Present.from_queryset(MembershipQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset
    ever: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "participation"
        constraints = (
            models.UniqueConstraint(
                fields=("user", "mission", "role"),
                condition=models.Q(left_at__isnull=True) & ~models.Q(role__in=("partenaire", "entreprise")),
                name="one_part_per_role",
                violation_error_message="Cette personne a déjà ce rôle dans la mission.",
            ),
            models.UniqueConstraint(
                fields=("user", "mission", "organisation"),
                condition=models.Q(left_at__isnull=True, role="partenaire"),
                name="one_part_per_organisation",
                violation_error_message="Cette personne représente déjà cette organisation dans la mission.",
            ),
            models.UniqueConstraint(
                fields=("user", "mission", "firm"),
                condition=models.Q(left_at__isnull=True, role="entreprise"),
                name="one_part_per_firm",
                violation_error_message="Cette personne représente déjà cette entreprise dans la mission.",
            ),
            models.CheckConstraint(
                condition=~models.Q(role="partenaire")
                | models.Q(organisation__isnull=False)
                | models.Q(left_at__isnull=False),
                name="a_partner_has_an_organisation",
                violation_error_message="Dites pour quelle organisation cette personne est partenaire.",
            ),
            models.CheckConstraint(
                condition=(
                    ~models.Q(role="entreprise") | models.Q(firm__isnull=False) | models.Q(left_at__isnull=False)
                )
                & (models.Q(role="entreprise") | models.Q(firm__isnull=True)),
                name="a_firm_role_has_a_firm",
                violation_error_message="Dites pour quelle entreprise cette personne parle.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} — {self.get_role_display()}"


class ZoneAssumption(Ordered, MissionData):
    """A zone that the mission sets for its communes while the official list is not at hand."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="zone_assumptions", verbose_name="mission"
    )
    zone = models.CharField("zonage", max_length=300)
    value = models.CharField("valeur", max_length=300, blank=True)
    source = models.TextField("source", blank=True)
    communes = models.JSONField("communes", default=list, help_text="Vide : toutes celles du territoire.")

    class Meta:
        verbose_name = "hypothèse de zonage"
        verbose_name_plural = "hypothèses de zonage"
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.zone} : {self.value}"


class Confirmation(Ordered, Withdrawable, MissionData):
    """Someone's answer « oui, c’est exact » to questions of plausibility about one row."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="confirmations", verbose_name="mission")
    kind = models.CharField("genre", max_length=64)
    subject = models.CharField("référence", max_length=300)
    marks = models.JSONField("questions et valeurs", default=list)
    by = models.CharField("par qui", max_length=300, blank=True)
    on = models.DateField("le")

    WITHDRAWN_PATHS = ("withdrawn_at",)

    class Meta:
        verbose_name = "confirmation"
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} — {self.by}"


class Descent(Ordered, Withdrawable, MissionData):
    """That a project or a firm came from another; both are named, not pointed at."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="lineage", verbose_name="mission")
    act = models.CharField("geste", max_length=20, choices=[(each.value, each.label) for each in DescentAct])
    origin = models.CharField("origine", max_length=64)
    became = models.CharField("devient", max_length=64)
    on = models.DateField("le", null=True)
    by = models.CharField("par qui", max_length=300, blank=True)
    reason = models.TextField("motif", blank=True)

    WITHDRAWN_PATHS = ("withdrawn_at",)

    class Meta:
        verbose_name = "filiation"
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "act", "origin", "became"),
                name="one_descent_per_act",
                violation_error_message="Cette filiation est déjà notée.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.origin} → {self.became}"
