"""A firm with everything that sizes it and counts its aid. An empty text and ``NULL`` mean UNKNOWN."""

from __future__ import annotations

from typing import ClassVar, Self

from django.apps import apps
from django.db import models
from django.urls import reverse

from rebond.web.missions.data import Located, MissionData
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import StudiedQuerySet


def _investment() -> models.Subquery:
    """What the cost lines of a firm's projects add up to."""
    lines = apps.get_model("projects", "CostLine")._default_manager.filter(project__firm=models.OuterRef("pk"))
    total = lines.order_by().values("project__firm").annotate(total=models.Sum("amount")).values("total")
    return models.Subquery(total)


class FirmQuerySet(StudiedQuerySet["Firm"]):
    """Firms by what people look for."""

    def with_project_figures(self) -> Self:
        """Annotate ``project_count``, ``investment``, ``jobs`` and how many projects did not give theirs."""
        return self.annotate(
            project_count=models.Count("projects"),
            investment=_investment(),
            jobs=models.Sum("projects__jobs_created"),
            jobs_lacking=models.Count("projects", filter=models.Q(projects__jobs_created__isnull=True)),
        )


class Firm(MissionData):
    """A firm met during the mission, as it declared itself."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="firms", verbose_name="mission")
    ref = models.SlugField("référence", max_length=32)
    name = models.CharField("nom", max_length=200)
    former_names = models.JSONField("anciens noms", default=list)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    legal_form = models.CharField("forme juridique", max_length=20, blank=True)
    code_naf = models.CharField("code NAF", max_length=8, blank=True)
    trade = models.CharField("activité", max_length=300, blank=True)
    created_on = models.DateField("création", null=True)
    own_funds = models.DecimalField("capitaux propres (€)", max_digits=16, decimal_places=2, null=True)
    in_difficulty = models.BooleanField("en difficulté", null=True)
    up_to_date = models.BooleanField("à jour de ses obligations", null=True)
    aid_declared = models.BooleanField("aides publiques déclarées", null=True)
    single_undertaking = models.CharField("entreprise unique", max_length=64)
    declared = models.JSONField("autres faits déclarés", default=list)

    search = models.TextField("texte de recherche", editable=False)

    objects: ClassVar = FirmQuerySet.as_manager()

    class Meta:
        verbose_name = "entreprise"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "ref"),
                name="one_firm_per_ref",
                violation_error_message="Cette référence d’entreprise est déjà prise dans la mission.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Sheet of the firm."""
        return reverse("firms:sheet", args=[self.mission.slug, self.ref])


class Establishment(Located, MissionData):
    """A site of a firm."""

    firm = models.OneToOneField(Firm, on_delete=models.CASCADE, related_name="establishment", verbose_name="entreprise")
    siret = models.CharField("SIRET", max_length=14, blank=True)

    MISSION_PATH = "firm__mission"

    class Meta:
        verbose_name = "établissement"

    def __str__(self) -> str:
        return f"{self.firm} — {self.commune}"


class Accounts(MissionData):
    """One closed accounting year of a firm, or of a firm of its group."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="accounts", verbose_name="entreprise")
    link = models.ForeignKey(
        "FirmLink", on_delete=models.CASCADE, related_name="accounts", null=True, verbose_name="entreprise du groupe"
    )
    year = models.PositiveSmallIntegerField("exercice")
    staff = models.DecimalField("effectif (UTA)", max_digits=10, decimal_places=2, null=True)
    turnover = models.DecimalField("chiffre d’affaires (€)", max_digits=18, decimal_places=2, null=True)
    balance_sheet = models.DecimalField("total du bilan (€)", max_digits=18, decimal_places=2, null=True)

    MISSION_PATH = "firm__mission"

    class Meta:
        verbose_name = "exercice comptable"
        verbose_name_plural = "exercices comptables"
        ordering = ("-year",)

    def __str__(self) -> str:
        return f"{self.firm} — {self.year}"


class FirmLink(MissionData):
    """A firm of the same group (linked) or a partner (25 to 50 %)."""

    class Kind(models.TextChoices):
        """Recommendation 2003/361/EC, annex, art. 3."""

        LINKED = "liee", "Liée"
        PARTNER = "partenaire", "Partenaire"

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="links", verbose_name="entreprise")
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("lien", max_length=12, choices=Kind.choices)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    share = models.DecimalField("part du capital", max_digits=6, decimal_places=4, null=True)
    public_body = models.BooleanField("organisme public", default=False)

    MISSION_PATH = "firm__mission"

    class Meta:
        verbose_name = "lien de groupe"
        verbose_name_plural = "liens de groupe"
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return self.name


class AidObtained(MissionData):
    """An aid already obtained."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="aids", verbose_name="entreprise")
    project = models.ForeignKey(
        "projects.Project", on_delete=models.SET_NULL, related_name="aids", null=True, verbose_name="projet"
    )
    ref = models.CharField("référence", max_length=32)
    funder = models.CharField("financeur", max_length=150)
    label = models.CharField("intitulé", max_length=300)
    regime = models.CharField("régime", max_length=64)
    regime_label = models.CharField("régime en clair", max_length=200)
    granted_on = models.DateField("accordée le")
    amount = models.DecimalField("équivalent-subvention brut (€)", max_digits=16, decimal_places=2, null=True)
    """Null when it is not known to the euro, or partly recovered: the words say which."""
    amount_words = models.CharField("montant en clair", max_length=120, blank=True)

    MISSION_PATH = "firm__mission"

    class Meta:
        verbose_name = "aide obtenue"
        verbose_name_plural = "aides obtenues"
        ordering = ("-granted_on",)

    def __str__(self) -> str:
        return f"{self.funder} — {self.label}"
