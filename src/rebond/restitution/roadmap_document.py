"""The roadmap as a document of its own: by axis, each action with how many needs it answers.

Who said what stays with the team: a need is told by its axis and the action that answers it.
"""

from __future__ import annotations

from rebond.indicators.breakdowns import slug
from rebond.restitution.contents import Document, Paragraph, Quote, Section, Table, Text, pruned
from rebond.restitution.editions import PRESS
from rebond.restitution.report.context import Context
from rebond.results import MissionResult
from rebond.roadmap.build import RoadmapAction

_HEADER = ("Action", "Besoins entendus", "Pilote", "Partenaires", "Échéance", "Indicateur de suivi")


def collect_roadmap(result: MissionResult) -> Document:
    """The contents of the roadmap document."""
    context = Context.of(result, PRESS)
    settings = result.census.settings
    return pruned(
        Document(
            title=f"Feuille de route industrielle — {settings.territory}",
            subtitle="Annexe au bilan de la mission",
            place=settings.territory,
            dated=settings.committee_on,
            fictitious=settings.fictitious,
            draft=not context.decided,
            sections=(
                _opening(context),
                *(_axis(context, axis) for axis in dict.fromkeys(a.axis for a in result.roadmap)),
            ),
        )
    )


def _opening(context: Context) -> Section:
    return Section(
        title="Lire cette feuille de route",
        anchor="lecture",
        blocks=(
            Paragraph(
                text=context.agree(
                    "actions_feuille_de_route",
                    none="Aucun besoin entendu en entretien n'appelle encore d'action.",
                    one="Les besoins entendus en entretien ({entretiens_menes}) donnent "
                    "{actions_feuille_de_route:mots}. Elle a un pilote, une échéance et un indicateur de suivi ; les "
                    "besoins sont comptés, sans dire qui les a exprimés.",
                    many="Les besoins entendus en entretien ({entretiens_menes}) sont rassemblés par axe et donnent "
                    "{actions_feuille_de_route:mots}. Chaque action a un pilote, des partenaires, une échéance et un "
                    "indicateur de suivi ; les besoins sont comptés, sans dire qui les a exprimés.",
                )
            ),
        ),
    )


def _axis(context: Context, axis: str) -> Section:
    label = context.result.labels.axes.get(axis, axis)
    return Section(
        title=label,
        anchor=f"axe-{slug(axis).replace('_', '-')}",
        blocks=(
            Paragraph(
                text=context.agree(
                    f"besoins_axe_{slug(axis)}",
                    none="",
                    one=f"{{besoins_axe_{slug(axis)}:debut}} entendu en entretien.",
                    many=f"{{besoins_axe_{slug(axis)}:debut}} entendus en entretien.",
                )
            ),
            Table(
                caption=f"Actions de l'axe « {label} »",
                header=_HEADER,
                rows=tuple(_row(context, action) for action in context.result.roadmap if action.axis == axis),
                numbers=frozenset({1}),
                wide=True,
            ),
        ),
    )


def _row(context: Context, action: RoadmapAction) -> tuple[Text, ...]:
    return (
        (Quote(text=f"{action.code} — {action.title}"),),
        context.figures.cell(f"besoins_axe_{slug(action.axis)}", action.code),
        context.organisations([action.owner]),
        context.organisations(action.partners),
        (action.due_on,),
        (Quote(text=action.indicator),),
    )
