"""What comes after: a way out for every project, and the roadmap."""

from __future__ import annotations

from datetime import date

from rebond.restitution.contents import Quote, Table, Text, plain
from rebond.restitution.deck.model import Kind, NativeChart, Series, Slide
from rebond.restitution.deck.selection import ROWS
from rebond.restitution.report.context import Context, group_name
from rebond.restitution.typography import french_date
from rebond.roadmap.adopted import in_order

_MOST = 8
_TO = "Projets orientés vers "


def organisations(context: Context) -> Slide:
    """Who answers for the next step."""
    figures = context.figures
    found = [i for i in figures.family("organisation") if i.value][:_MOST]
    title = context.agree(
        "projets_orientes_financeurs",
        none="Chaque projet a une suite, un responsable et une date",
        one="{projets_orientes_financeurs:debut} est orienté vers des dispositifs existants",
        many="{projets_orientes_financeurs:debut} sont orientés vers des dispositifs existants",
    )
    if figures.known("projets_recenses") and not figures.known("projets_sans_suite"):
        title = (*title, " ; aucun ne reste sans suite")
    chart = NativeChart(
        kind=Kind.BARS,
        title="Projets orientés vers chaque organisation",
        head="Organisation",
        unit="projets",
        categories=tuple(group_name(i).removeprefix(_TO) for i in found),
        series=(Series(name="Projets", values=tuple(figures.figure(i.code, "nombre") for i in found)),),
    )
    return Slide(
        key="suites",
        title=title,
        chart=chart,
        source=plain(
            "Nombre de projets ; un projet peut aller vers plusieurs organisations : les nombres ne s'additionnent pas."
        ),
    )


def roadmap(context: Context) -> Slide:
    """The actions: those adopted, by priority; else those that the study proposes."""
    adopted = in_order(context.result.adopted)
    rows: list[tuple[Text, ...]]
    if adopted:
        title = context.agree(
            "actions_adoptees",
            none="",
            one="La mission a adopté {actions_adoptees:mots}, avec un pilote et une échéance",
            many="La mission a adopté {actions_adoptees:mots}, chacune avec un pilote et une échéance",
        )
        rows = [
            (
                (Quote(text=each.action.title),),
                context.organisations([each.action.owner] if each.action.owner else []),
                (_day(each.action.ends_on),),
            )
            for each in adopted
        ]
    else:
        title = context.agree(
            "actions_feuille_de_route",
            none="",
            one="L'étude propose {actions_feuille_de_route:mots} pour répondre aux besoins entendus",
            many="L'étude propose {actions_feuille_de_route:mots} pour répondre aux besoins entendus",
        )
        rows = [
            ((Quote(text=action.title),), context.organisations([action.owner]), (_day(action.due_on),))
            for action in context.result.roadmap
        ]
    return Slide(
        key="feuille-de-route",
        title=title,
        table=Table(
            caption="Actions adoptées" if adopted else "Actions proposées",
            header=("Action", "Pilote", "Échéance"),
            rows=tuple(rows[:ROWS]),
            shares=(0.56, 0.26, 0.18),
        ),
        source=plain(
            "Les premières actions ; toutes sont dans la feuille de route."
            if len(rows) > ROWS
            else "Source : feuille de route de la mission."
        ),
    )


def _day(day: object) -> str:
    return french_date(day) if isinstance(day, date) else "à préciser"
