"""A firm with everything that sizes it and counts its aid. ``NULL`` means UNKNOWN; an empty text is one.

Texts are as they were written: pages set them in French typography.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.urls import reverse

from rebond.facts import UNKNOWN, Band, Maybe
from rebond.reading.band import amount_words
from rebond.restitution.typography import typeset
from rebond.units import Euros, format_euros
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.missions.data import Located, MissionData, Ordered, Revised, Withdrawable
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import Present, StudiedQuerySet, end_of

if TYPE_CHECKING:
    from rebond.web.studies.models import FirmFinding


def _investment() -> models.Subquery:
    """What the cost lines of a firm's projects add up to."""
    lines = end_of(Firm, "projects__costs").objects.filter(project__firm=models.OuterRef("pk"))
    total = lines.order_by().values("project__firm").annotate(total=models.Sum("amount")).values("total")
    return models.Subquery(total)


class FirmQuerySet(StudiedQuerySet["Firm"]):
    """Firms by what people look for."""

    def with_project_figures(self) -> Self:
        """Annotate ``project_count``, ``investment``, ``jobs`` and how many projects did not give theirs."""
        held = models.Q(projects__withdrawn_at__isnull=True)
        return self.annotate(
            project_count=models.Count("projects", filter=held),
            investment=_investment(),
            jobs=models.Sum("projects__jobs_created", filter=held),
            jobs_lacking=models.Count("projects", filter=held & models.Q(projects__jobs_created__isnull=True)),
        )


class Firm(Ordered, Revised, Withdrawable, MissionData):
    """A firm met during the mission, as it declared itself."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="firms", verbose_name="mission")
    ref = models.SlugField("référence", max_length=64)
    name = models.CharField("nom", max_length=300)
    former_names = models.JSONField("anciens noms", default=list)
    siren = models.CharField("SIREN", max_length=9, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    legal_form = models.CharField("forme juridique", max_length=300, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    code_naf = models.CharField("code NAF", max_length=16, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    trade = models.TextField("activité", blank=True)
    created_on = models.DateField("création", null=True)
    own_funds = models.DecimalField("capitaux propres (€)", max_digits=16, decimal_places=2, null=True)
    in_difficulty = models.BooleanField("en difficulté", null=True)
    up_to_date = models.BooleanField("à jour de ses obligations", null=True)
    aid_declared = models.BooleanField("aides publiques déclarées", null=True)
    single_undertaking = models.CharField("entreprise unique", max_length=300, blank=True)
    declared = models.JSONField("autres faits déclarés", default=list)
    asked = models.JSONField("demandé, inconnu", default=list)

    search = models.TextField("texte de recherche", editable=False)

    finding: FirmFinding | None = None
    """What a study found of it, when it was read ``with_finding``."""

    WITHDRAWN_PATHS = ("withdrawn_at",)
    objects: ClassVar = Present.from_queryset(FirmQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

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

    @property
    def undertaking(self) -> str:
        """The key under which de minimis aid is counted."""
        return self.single_undertaking or self.ref


class Establishment(Located, MissionData):
    """A site of a firm."""

    firm = models.OneToOneField(Firm, on_delete=models.CASCADE, related_name="establishment", verbose_name="entreprise")
    siret = models.CharField("SIRET", max_length=14, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    insee_code = models.CharField("code INSEE déclaré", max_length=5, null=True)  # noqa: DJ001 - NULL: UNKNOWN

    MISSION_PATH = "firm__mission"
    WITHDRAWN_PATHS = ("firm__withdrawn_at",)

    class Meta:
        verbose_name = "établissement"

    def __str__(self) -> str:
        return f"{self.firm} — {self.commune}"


class Accounts(Ordered, MissionData):
    """One closed accounting year of a firm, or of a firm of its group."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="accounts", verbose_name="entreprise")
    link = models.ForeignKey(
        "FirmLink", on_delete=models.CASCADE, related_name="accounts", null=True, verbose_name="entreprise du groupe"
    )
    year = models.PositiveSmallIntegerField("exercice")
    staff = models.DecimalField("effectif (UTA)", max_digits=18, decimal_places=9, null=True)
    turnover = models.DecimalField("chiffre d’affaires (€)", max_digits=18, decimal_places=2, null=True)
    balance_sheet = models.DecimalField("total du bilan (€)", max_digits=18, decimal_places=2, null=True)

    MISSION_PATH = "firm__mission"
    WITHDRAWN_PATHS = ("firm__withdrawn_at",)

    class Meta:
        verbose_name = "exercice comptable"
        verbose_name_plural = "exercices comptables"
        ordering = ("position", "-year")

    def __str__(self) -> str:
        return f"{self.firm} — {self.year}"


class FirmLink(Ordered, MissionData):
    """A firm of the same group (linked) or a partner (25 to 50 %)."""

    class Kind(models.TextChoices):
        """Recommendation 2003/361/EC, annex, art. 3."""

        LINKED = "liee", "Liée"
        PARTNER = "partenaire", "Partenaire"

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="links", verbose_name="entreprise")
    name = models.CharField("nom", max_length=300)
    kind = models.CharField("lien", max_length=12, choices=Kind.choices)
    siren = models.CharField("SIREN", max_length=9, null=True)  # noqa: DJ001 - NULL: UNKNOWN
    share = models.DecimalField("part du capital", max_digits=18, decimal_places=9, null=True)
    public_body = models.BooleanField("organisme public", default=False)

    MISSION_PATH = "firm__mission"
    WITHDRAWN_PATHS = ("firm__withdrawn_at",)

    class Meta:
        verbose_name = "lien de groupe"
        verbose_name_plural = "liens de groupe"
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return self.name


class AidObtained(Ordered, Withdrawable, MissionData):
    """An aid already obtained."""

    class State(models.TextChoices):
        """How well its amount is known."""

        EXACT = "exact", "À l’euro"
        BAND = "tranche", "Entre deux bornes"
        UNKNOWN = "inconnu", "Inconnu"

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="aids", verbose_name="entreprise")
    project = models.ForeignKey(
        "projects.Project", on_delete=models.SET_NULL, related_name="aids", null=True, verbose_name="projet"
    )
    ref = models.CharField("référence", max_length=64)
    funder = models.CharField("financeur", max_length=300)
    label = models.CharField("intitulé", max_length=300)
    regime = models.CharField("régime", max_length=300)
    granted_on = models.DateField("accordée le")
    amount = models.DecimalField("équivalent-subvention brut (€)", max_digits=16, decimal_places=2, null=True)
    """Exact, or the least of the band; null when unknown."""
    amount_state = models.CharField("montant connu", max_length=8, choices=State.choices, default=State.UNKNOWN)
    amount_most = models.DecimalField("au plus (€)", max_digits=16, decimal_places=2, null=True)
    """Of a band; null when nobody publishes it."""
    recovered = models.DecimalField("remboursé (€)", max_digits=16, decimal_places=2, default=0)
    nature = models.CharField("nature de dépense", max_length=300, blank=True)

    MISSION_PATH = "firm__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "firm__withdrawn_at")

    class Meta:
        verbose_name = "aide obtenue"
        verbose_name_plural = "aides obtenues"
        ordering = ("-granted_on",)

    def __str__(self) -> str:
        return f"{self.funder} — {self.label}"

    @property
    def _known(self) -> Maybe[Euros | Band]:
        if self.amount is None or self.amount_state == self.State.UNKNOWN:
            return UNKNOWN
        if self.amount_state == self.State.BAND:
            return Band(least=self.amount, most=UNKNOWN if self.amount_most is None else self.amount_most)
        return self.amount

    @property
    def regime_label(self) -> str:
        """The title of its regime; what was written when the catalogue does not know it."""
        regimes = current_catalogue().regimes
        return typeset(regimes[self.regime].title) if self.regime in regimes else self.regime

    @property
    def amount_words(self) -> str:
        """What is known of an amount that is not simply exact, in words; empty for one that is."""
        if self.amount_state == self.State.EXACT and not self.recovered:
            return ""
        recovered = f", dont {format_euros(self.recovered)} remboursés" if self.recovered else ""
        return typeset(amount_words(self._known) + recovered)
