"""How the figures were found, what the law used is worth, the register of projects, and the rows behind each figure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from rebond.indicators.model import Indicator, Row, write_value
from rebond.restitution.code_names import UNNAMED
from rebond.restitution.confidences import confidences
from rebond.restitution.contents import (
    Bullets,
    Document,
    Evidence,
    Figure,
    Mention,
    Notice,
    Paragraph,
    Piece,
    Quote,
    Section,
    Table,
    Text,
    figures_of,
    plain,
)
from rebond.restitution.figures import NOT_TOLD
from rebond.restitution.report.context import Context, commune_name, firm_name, named
from rebond.results import ProjectResult
from rebond.units import NO_BREAK_SPACE, format_number

_METHOD = (
    (
        "Ce qui n'est pas renseigné reste inconnu : un fait qui manque ne devient jamais un oui ou un non. Un "
        "dispositif dont une "
        "condition reste ouverte est dit « à vérifier », avec ce qui manque."
    ),
    (
        "Un projet est dit inconnu quand aucune liste de partenaire ne le contient ; les ressemblances qu'un nom, un "
        "lieu et un "
        "montant ne suffisent pas à trancher attendent une personne."
    ),
    (
        "La maturité vient d'une grille notée avec preuves ; une note sans preuve est ramenée au niveau que la "
        "grille permet."
    ),
    (
        "Chaque plan de financement respecte les plafonds d'intensité, les règles de cumul, le compte de minimis de "
        "l'entreprise "
        "unique, l'apport propre et l'effet incitatif ; un vérificateur indépendant, qui ne partage aucun code avec "
        "le calcul, "
        "relit chaque règle avant publication."
    ),
    ("Les projets sont financés ensemble : budgets et comptes partagés, enveloppe en dernier recours."),
)


def method(context: Context) -> Section:
    """The method, the warnings, the versions that let the result be computed again."""
    result = context.result
    return Section(
        title="Méthode et droit",
        anchor="methode",
        blocks=(
            Bullets(items=tuple((text,) for text in _METHOD)),
            Notice(
                title="À savoir avant de citer un montant",
                items=tuple((Quote(text=alert),) for alert in result.alerts)
                or (("Aucune hypothèse ni aucun chiffre à vérifier n'est signalé.",),),
            ),
            Paragraph(
                text=(
                    "Droit et catalogue appliqués au ",
                    result.on,
                    *((" ; lecture du droit : ", Quote(text=f"« {result.reading.title} »")) if result.reading else ()),
                    " ; catalogue ",
                    Quote(text=result.catalogue_version),
                    ", moteur ",
                    Quote(text=result.engine_version),
                    ". Les mêmes données, le même catalogue et la même date donnent les mêmes résultats.",
                )
            ),
        ),
    )


def register(context: Context) -> Section:
    """Every project with its main facts: where the identifiers of the annex lead; those without a name come apart."""
    every = context.result.projects
    coded = [p for p in every if p.firm.name == UNNAMED]
    told = [p for p in every if p.firm.name != UNNAMED]
    blocks = [_under_their_names(context, told)] if told or not coded else []
    if coded:
        blocks.append(_under_code_names(context, coded))
    return Section(title="Annexe — Registre des projets", anchor="registre", blocks=tuple(blocks), annex=True)


def _under_their_names(context: Context, projects: Iterable[ProjectResult]) -> Table:
    figures = context.figures
    levels = context.result.labels.maturity_levels
    return Table(
        caption="Projets recensés",
        header=("Projet", "Entreprise", "Commune", "Investissement", "Emplois", "Maturité", "Suite"),
        rows=tuple(
            (
                named(p),
                firm_name(p),
                commune_name(p),
                figures.cell("investissement_eur", p.project.id, absent="à chiffrer"),
                figures.cell("emplois_crees", p.project.id),
                *_assessed(context, p, levels),
            )
            for p in projects
        ),
        numbers=frozenset({3, 4}),
        wide=True,
    )


def _under_code_names(context: Context, projects: Iterable[ProjectResult]) -> Table:
    return Table(
        caption="Projets recensés qui ne sont pas présentés au comité, sous un nom de code",
        header=("Projet", "Tranche d'investissement, et ce qui convient à plusieurs entreprises"),
        rows=tuple(
            ((Mention(id=p.project.id),), context.figures.cell("investissement_eur", p.project.id)) for p in projects
        ),
    )


def _assessed(context: Context, p: ProjectResult, levels: Mapping[str, str]) -> tuple[Text, Text]:
    """How ripe a project is and where it goes; of a confidence, where it goes alone."""
    referral = confidences().way_out(p.referrals[0].kind) if p.referrals else "à donner"
    if p.project.id in context.result.veiled:
        return (NOT_TOLD,), (referral,)
    return (levels.get(str(p.maturity.level), "à établir"),), (referral,)


def evidence(document: Document, projects: Collection[str]) -> Document:
    """The same document with, at its end, the rows behind each figure that it prints."""
    shown = figures_of(document)
    if not shown:
        return document
    annex = Section(
        title="Annexe — Les lignes derrière chaque chiffre",
        anchor="lignes",
        annex=True,
        blocks=(
            Paragraph(
                text=plain(
                    "Chaque chiffre est la somme de ses lignes, sauf les parts. Les identifiants renvoient au registre "
                    "des projets. Un projet qui n'est pas présenté au comité et un accompagnement confidentiel "
                    "comptent sans être nommés, ensemble ; un besoin est dit par l'action qui lui répond. Les mêmes "
                    "lignes, noms compris, sont dans le fichier indicateurs.json, que l'équipe garde."
                )
            ),
            *(
                Evidence(indicator=indicator, rows=tuple(_row(indicator, row, projects) for row in indicator.rows))
                for indicator in shown
            ),
        ),
    )
    return replace(document, sections=(*document.sections, annex))


def _row(indicator: Indicator, row: Row, projects: Collection[str]) -> Text:
    """A project by its identifier, any other row by its label; its value unless it counts for one."""
    name: Piece = Mention(id=row.id) if row.id in projects else Quote(text=row.label)
    if indicator.unit == "%" or (indicator.unit != "€" and row.value == 1):
        return (name,)
    value = write_value(row.value, "€") if indicator.unit == "€" else format_number(row.value)
    return (name, f"{NO_BREAK_SPACE}:{NO_BREAK_SPACE}", Figure(indicator=indicator, text=value, row=row.id))
