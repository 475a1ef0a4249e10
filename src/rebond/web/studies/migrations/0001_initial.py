"""Everything computed, by study."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("firms", "0006_results_leave"),
        ("interviews", "0003_results_leave"),
        ("missions", "0004_results_leave"),
        ("projects", "0003_results_leave"),
    ]

    operations = [
        migrations.CreateModel(
            name="Record",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="empreinte")),
                ("payload", models.BinaryField(verbose_name="contenu comprimé")),
            ],
            options={
                "verbose_name": "contenu d’étude",
                "verbose_name_plural": "contenus d’étude",
            },
        ),
        migrations.CreateModel(
            name="Study",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                (
                    "status",
                    models.CharField(
                        choices=[("en_cours", "En cours"), ("faite", "Faite"), ("echouee", "Échouée")],
                        default="en_cours",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("is_current", models.BooleanField(default=False, verbose_name="en cours d’usage")),
                ("pinned", models.BooleanField(default=False, verbose_name="à garder")),
                ("why", models.CharField(blank=True, max_length=300, verbose_name="pourquoi elle a été faite")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="commencée le")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finie le")),
                ("failure", models.TextField(blank=True, verbose_name="pourquoi elle a échoué")),
                ("facts_state", models.UUIDField(null=True, verbose_name="état des faits lus")),
                ("facts_digest", models.CharField(blank=True, max_length=64, verbose_name="empreinte des faits")),
                ("examined_on", models.DateField(null=True, verbose_name="date du droit")),
                ("reading", models.CharField(blank=True, max_length=20, verbose_name="lecture du droit")),
                ("catalogue_version", models.CharField(blank=True, max_length=64, verbose_name="version du catalogue")),
                ("engine_version", models.CharField(blank=True, max_length=32, verbose_name="version du moteur")),
                ("alerts", models.JSONField(default=list, verbose_name="alertes")),
                ("repairs", models.JSONField(default=list, verbose_name="valeurs réparées à la lecture")),
                (
                    "envelope_spent",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=16, verbose_name="proposé sur l’enveloppe (€)"
                    ),
                ),
                (
                    "census",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="censuses",
                        to="studies.record",
                        verbose_name="faits lus",
                    ),
                ),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="studies",
                        to="missions.mission",
                        verbose_name="mission",
                    ),
                ),
            ],
            options={
                "verbose_name": "étude",
                "ordering": ("-number",),
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("retenu", "Proposé sur l’enveloppe"),
                            ("financeurs", "Orienté vers des financeurs"),
                            ("conseil", "Accompagné par un conseil"),
                            ("difficulte", "Prévention des difficultés"),
                        ],
                        max_length=12,
                        verbose_name="suite",
                    ),
                ),
                ("organisation", models.CharField(max_length=64, verbose_name="organisation")),
                ("organisation_name", models.CharField(max_length=150, verbose_name="nom de l’organisation")),
                ("dispositifs", models.JSONField(default=list, verbose_name="dispositifs")),
                ("reason", models.CharField(max_length=500, verbose_name="motif")),
                ("next_step", models.CharField(max_length=300, verbose_name="prochaine étape")),
                ("owner_name", models.CharField(max_length=150, verbose_name="responsable")),
                ("due_on", models.DateField(verbose_name="échéance")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                        verbose_name="projet",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studies.study",
                        verbose_name="étude",
                    ),
                ),
            ],
            options={
                "verbose_name": "orientation",
                "ordering": ("project__ref", "position"),
            },
        ),
        migrations.CreateModel(
            name="ProjectFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cost", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="coût hors taxes (€)")),
                (
                    "need",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="besoin de financement (€)"),
                ),
                (
                    "known",
                    models.CharField(
                        choices=[("oui", "Oui"), ("non", "Non"), ("inconnu", "Inconnu")],
                        default="inconnu",
                        max_length=8,
                        verbose_name="connu",
                    ),
                ),
                ("known_by", models.JSONField(default=list, verbose_name="connu de")),
                ("maybe_known_by", models.JSONField(default=list, verbose_name="peut-être connu de")),
                ("maturity", models.CharField(blank=True, max_length=40, verbose_name="maturité")),
                ("maturity_label", models.CharField(blank=True, max_length=100, verbose_name="maturité en clair")),
                (
                    "maturity_mean",
                    models.DecimalField(decimal_places=2, max_digits=4, null=True, verbose_name="moyenne de la grille"),
                ),
                (
                    "ripe",
                    models.CharField(
                        choices=[("oui", "Oui"), ("non", "Non"), ("inconnu", "Inconnu")],
                        default="inconnu",
                        max_length=8,
                        verbose_name="mûr",
                    ),
                ),
                ("support", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="soutiens au plan (€)")),
                (
                    "benefit",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="équivalent-subvention (€)"),
                ),
                ("state_aid", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="aide d’État (€)")),
                ("covered", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="besoin couvert (€)")),
                ("gap", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="reste à trouver (€)")),
                ("firm_support", models.PositiveBigIntegerField(verbose_name="soutien ferme (€)")),
                ("conditional_support", models.PositiveBigIntegerField(verbose_name="soutien sous conditions (€)")),
                ("unverified_support", models.PositiveBigIntegerField(verbose_name="soutien au droit non relu (€)")),
                ("not_ripe_support", models.PositiveBigIntegerField(verbose_name="soutien d’un projet non mûr (€)")),
                ("beyond_need", models.PositiveBigIntegerField(verbose_name="au-delà du besoin, non compté (€)")),
                ("proven", models.BooleanField(verbose_name="optimum prouvé")),
                ("gap_to_bound", models.FloatField(verbose_name="écart à la borne")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("retenu", "Proposé au comité"),
                            ("non_retenu", "Candidat non proposé"),
                            ("finance_ailleurs", "Finançable sans l’enveloppe"),
                            ("non_admis", "Hors de l’appel"),
                        ],
                        max_length=20,
                        verbose_name="proposition",
                    ),
                ),
                ("reasons", models.JSONField(default=list, verbose_name="motifs de la proposition")),
                (
                    "uncovered",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="sans autre financement (€)"),
                ),
                (
                    "envelope",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=16, verbose_name="proposé sur l’enveloppe (€)"
                    ),
                ),
                ("score", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="valeur sur 100")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="projects.project",
                        verbose_name="projet",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="studies.record",
                        verbose_name="détail",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studies.study",
                        verbose_name="étude",
                    ),
                ),
            ],
            options={
                "verbose_name": "projet étudié",
                "verbose_name_plural": "projets étudiés",
            },
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("dispositif", models.CharField(max_length=120, verbose_name="dispositif")),
                ("regime", models.CharField(max_length=64, verbose_name="régime")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="montant (€)")),
                (
                    "aid",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="équivalent-subvention brut (€)"),
                ),
                ("is_envelope", models.BooleanField(default=False, verbose_name="sur l’enveloppe")),
                (
                    "cost_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.costline",
                        verbose_name="poste de dépense",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="studies.projectfinding",
                        verbose_name="projet étudié",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studies.study",
                        verbose_name="étude",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de plan",
                "verbose_name_plural": "lignes de plan",
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="KnownLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("lie", "Lié"), ("a_confirmer", "À confirmer"), ("rejete", "Rejeté")],
                        max_length=12,
                        verbose_name="issue",
                    ),
                ),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        help_text="Pour l’ordre d’examen seulement.", verbose_name="ressemblance"
                    ),
                ),
                ("reasons", models.JSONField(default=list, verbose_name="raisons")),
                ("decided", models.BooleanField(default=False, verbose_name="décidé par une personne")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.partnerentry",
                        verbose_name="ligne",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="firms.firm",
                        verbose_name="entreprise",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                        verbose_name="projet",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studies.study",
                        verbose_name="étude",
                    ),
                ),
            ],
            options={
                "verbose_name": "rapprochement",
                "ordering": ("-score", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("code", models.SlugField(max_length=80, verbose_name="code")),
                ("label", models.CharField(max_length=200, verbose_name="libellé")),
                ("definition", models.TextField(verbose_name="définition")),
                ("unit", models.CharField(max_length=30, verbose_name="unité")),
                ("value", models.DecimalField(decimal_places=4, max_digits=20, verbose_name="valeur")),
                ("text", models.CharField(max_length=80, verbose_name="valeur en clair")),
                ("brief", models.CharField(blank=True, max_length=60, verbose_name="valeur en bref")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="remarque")),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indicators",
                        to="studies.record",
                        verbose_name="lignes",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studies.study",
                        verbose_name="étude",
                    ),
                ),
            ],
            options={
                "verbose_name": "indicateur",
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="FirmFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.CharField(blank=True, max_length=60, verbose_name="taille européenne")),
                ("size_range", models.CharField(blank=True, max_length=120, verbose_name="taille possible")),
                (
                    "is_sme",
                    models.CharField(
                        choices=[("oui", "Oui"), ("non", "Non"), ("inconnu", "Inconnu")],
                        default="inconnu",
                        max_length=8,
                        verbose_name="PME",
                    ),
                ),
                ("size_steps", models.JSONField(default=list, verbose_name="explication de la taille")),
                ("size_missing", models.JSONField(default=list, verbose_name="chiffres manquants")),
                ("size_unverified", models.JSONField(default=list, verbose_name="seuils non vérifiés")),
                (
                    "de_minimis_ceiling",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="plafond de minimis (€)"),
                ),
                (
                    "de_minimis_used",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="de minimis consommé (€)"),
                ),
                (
                    "de_minimis_room",
                    models.DecimalField(
                        decimal_places=2, max_digits=16, null=True, verbose_name="de minimis disponible (€)"
                    ),
                ),
                (
                    "de_minimis_at_most",
                    models.DecimalField(
                        decimal_places=2, max_digits=16, verbose_name="de minimis disponible au plus (€)"
                    ),
                ),
                ("de_minimis_note", models.TextField(blank=True, verbose_name="motif du compte inconnu")),
                ("de_minimis_opens_on", models.DateField(null=True, verbose_name="de la place se libère le")),
                ("de_minimis_years", models.PositiveSmallIntegerField(verbose_name="fenêtre de minimis (années)")),
                (
                    "de_minimis_aids",
                    models.JSONField(default=list, verbose_name="aides comptées dans le plafond de minimis"),
                ),
                (
                    "known",
                    models.CharField(
                        choices=[("oui", "Oui"), ("non", "Non"), ("inconnu", "Inconnu")],
                        default="inconnu",
                        max_length=8,
                        verbose_name="connue des partenaires",
                    ),
                ),
                ("known_by", models.JSONField(default=list, verbose_name="connue de")),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="firms.firm",
                        verbose_name="entreprise",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studies.study",
                        verbose_name="étude",
                    ),
                ),
            ],
            options={
                "verbose_name": "entreprise étudiée",
                "verbose_name_plural": "entreprises étudiées",
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("code", models.SlugField(max_length=80, verbose_name="code")),
                ("title", models.CharField(max_length=200, verbose_name="titre")),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="studies.record",
                        verbose_name="dessin",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studies.study",
                        verbose_name="étude",
                    ),
                ),
            ],
            options={
                "verbose_name": "graphique",
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=300, verbose_name="chemin")),
                ("name", models.CharField(max_length=200, verbose_name="nom du fichier")),
                ("size", models.PositiveBigIntegerField(verbose_name="taille (octets)")),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studies.study",
                        verbose_name="étude",
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "ordering": ("path",),
            },
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("axis", models.CharField(max_length=40, verbose_name="axe")),
                ("axis_label", models.CharField(max_length=100, verbose_name="axe en clair")),
                ("axis_description", models.CharField(blank=True, max_length=200, verbose_name="ce que couvre l’axe")),
                ("title", models.CharField(max_length=300, verbose_name="intitulé")),
                ("owner_name", models.CharField(max_length=150, verbose_name="pilote")),
                ("partners", models.JSONField(default=list, verbose_name="partenaires")),
                ("due_on", models.DateField(verbose_name="échéance")),
                ("indicator", models.CharField(max_length=200, verbose_name="indicateur")),
                ("needs", models.ManyToManyField(related_name="+", to="interviews.need", verbose_name="besoins")),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studies.study",
                        verbose_name="étude",
                    ),
                ),
            ],
            options={
                "verbose_name": "action",
                "ordering": ("position",),
            },
        ),
        migrations.AddConstraint(
            model_name="study",
            constraint=models.UniqueConstraint(fields=("mission", "number"), name="one_study_per_number"),
        ),
        migrations.AddConstraint(
            model_name="study",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("mission",), name="one_current_study_per_mission"
            ),
        ),
        migrations.AddConstraint(
            model_name="study",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_current", False), ("status", "faite"), _connector="OR"),
                name="only_a_study_done_is_current",
            ),
        ),
        migrations.AddIndex(
            model_name="projectfinding",
            index=models.Index(fields=["study", "status"], name="finding_by_status"),
        ),
        migrations.AddConstraint(
            model_name="projectfinding",
            constraint=models.UniqueConstraint(fields=("study", "project"), name="one_finding_per_project"),
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.UniqueConstraint(fields=("study", "code"), name="one_indicator_per_study_and_code"),
        ),
        migrations.AddConstraint(
            model_name="firmfinding",
            constraint=models.UniqueConstraint(fields=("study", "firm"), name="one_finding_per_firm"),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.UniqueConstraint(fields=("study", "code"), name="one_figure_per_study_and_code"),
        ),
    ]
