"""Organisations of the instance, and who works for which. They give no right: parts in missions do (``Membership``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.missions.querysets import MissionDataQuerySet, Present

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User


class OrganisationKind(models.TextChoices):
    """What an organisation is: the roles that the catalogue gives, and those of the other people of a mission."""

    STATE = "etat", "Service de l’État"
    STATE_OPERATOR = "operateur_etat", "Opérateur de l’État"
    TRAINING_OPERATOR = "operateur_formation", "Opérateur de formation"
    LOCAL_FUNDER = "financeur_local", "Financeur local"
    EUROPE = "europe", "Union européenne"
    PRIVATE = "prive", "Organisme privé"
    ADVISER = "conseil", "Conseil aux entreprises"
    EPCI = "epci", "Intercommunalité"
    TERRITORY = "territoire", "Territoire d’industrie"
    CONSULTANCY = "cabinet", "Cabinet de conseil"
    OTHER = "autre", "Autre"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations by who may see who stands for them. Their names alone are no secret: forms offer them all."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Every one for who looks after the instance; those of the missions that one pilots; one's own."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        parts = Membership.objects.visible_to(user)
        mine = Affiliation.objects.filter(user_id=user.pk)
        return self.filter(Q(pk__in=parts.values("organisation")) | Q(pk__in=mine.values("organisation")))

    def may_change(self, user: User | AnonymousUser) -> Self:
        """An organisation is that of every mission of the instance: those who look after it settle what it is."""
        return self if user.is_authenticated and user.is_staff else self.none()


class Organisation(models.Model):
    """An organisation of the instance, written there or adopted from the catalogue (``code`` is then its key)."""

    code = models.SlugField("clé au catalogue", max_length=64, null=True, unique=True)  # noqa: DJ001 - NULL: not of the catalogue
    """What referrals, plans and lists name it by; ``NULL`` when the catalogue does not know it."""
    name = models.CharField("nom", max_length=200)
    short_name = models.CharField("sigle", max_length=150, blank=True)
    kind = models.CharField("genre", max_length=20, choices=OrganisationKind.choices, default=OrganisationKind.OTHER)
    territory = models.CharField(
        "territoire",
        max_length=300,
        blank=True,
        help_text="Départements, régions ou intercommunalités où elle intervient ; vide : personne ne l’a dit.",
    )

    objects: ClassVar = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                name="one_organisation_per_name",
                violation_error_message="Une organisation porte déjà ce nom.",
            ),
        )

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def where(self) -> str:
        """Its territory as people read it: the catalogue writes the kinds of places without accents."""
        said = self.territory
        for written, read in (("departement ", "département "), ("region ", "région "), ("epci ", "EPCI ")):
            said = said.replace(written, read)
        return said


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    """Who works where, by who may know it."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All for who looks after the instance; one's own; those of people whose parts in that name one sees."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        parts = Membership.objects.visible_to(user).filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
        return self.filter(Q(user_id=user.pk) | Exists(parts))

    def may_change(self, user: User | AnonymousUser) -> Self:
        """Each person's own."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()


class CurrentAffiliations(models.Manager["Affiliation"]):
    """Those that did not end."""

    def get_queryset(self) -> models.QuerySet[Affiliation]:
        """Who works where today."""
        return super().get_queryset().filter(until__isnull=True)


class Affiliation(models.Model):
    """A person works for an organisation, from a day to a day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="affiliations", verbose_name="personne"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="affiliations", verbose_name="organisation"
    )
    team = models.CharField("équipe ou service", max_length=150, blank=True)
    since = models.DateField("depuis", null=True)
    """``NULL``: nobody said."""
    until = models.DateField("jusqu’au", null=True)

    objects: ClassVar = CurrentAffiliations.from_queryset(AffiliationQuerySet)()
    ever: ClassVar = models.Manager["Affiliation"]()

    class Meta:
        verbose_name = "appartenance"
        ordering = ("organisation__name",)
        constraints = (
            models.UniqueConstraint(
                fields=("user", "organisation"),
                condition=models.Q(until__isnull=True),
                name="one_current_affiliation",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} — {self.organisation}"


class InvitationQuerySet(MissionDataQuerySet["Invitation"]):
    """Letters by who may read whom they went to."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the missions that one pilots, and those that one sent."""
        if not user.is_authenticated:
            return self.none()
        sent = self.filter(invited_by_id=user.pk)
        return self.may_change(user) | sent.in_missions(Mission.objects.visible_to(user))

    def may_change(self, user: User | AnonymousUser) -> Self:
        """The pilot's alone, of an archived mission too: a link can always be closed."""
        return self.in_missions(Mission.objects.piloted_by(user))


class Invitation(MissionData):
    """A letter by which someone may take a part in a mission, once, until a day. Its link is kept as a digest only."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="invitations", verbose_name="mission")
    email = models.EmailField("adresse électronique")
    role = models.CharField("rôle", max_length=12, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="invitations", verbose_name="organisation"
    )
    firm = models.ForeignKey(
        "firms.Firm", on_delete=models.CASCADE, null=True, related_name="invitations", verbose_name="entreprise"
    )
    token = models.CharField("empreinte du lien", max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="invitée par"
    )
    sent_at = models.DateTimeField("envoyée le")
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="acceptée par"
    )
    revoked_at = models.DateTimeField("retirée le", null=True)

    PILOT_DECIDES = True
    objects: ClassVar = Present.from_queryset(InvitationQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "invitation"
        ordering = ("-sent_at",)

    def __str__(self) -> str:
        return f"{self.email} — {self.get_role_display()}"
