"""What comes after: a way out for every project, by organisation, and the roadmap of the territory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rebond.indicators.breakdowns import slug
from rebond.indicators.model import NOT_GIVEN, Indicator
from rebond.referrals.orient import Referral
from rebond.restitution.charts import Bar, horizontal_bars
from rebond.restitution.code_names import UNNAMED
from rebond.restitution.confidences import confidences
from rebond.restitution.contents import Drawing, Paragraph, Quote, Section, Table, Text, plain
from rebond.restitution.report.context import Context, firm_name, group_name, named
from rebond.restitution.report.headlines import actions, ways_out
from rebond.restitution.timeline import span_of, timeline
from rebond.restitution.typography import listed
from rebond.results import MissionResult, ProjectResult
from rebond.roadmap.adopted import AdoptedAction, in_order


def outcomes(context: Context) -> Section:
    """How many projects go to each organisation, then which ones."""
    codes = _organisations(context.result)
    several = (
        "Un projet peut aller vers plusieurs organisations : les nombres de ce chapitre ne s'additionnent pas. "
        if len(codes) > 1
        else ""
    )
    whose = (
        "L'organisation nommée répond de la prochaine étape ; son silence est relancé, et un refus motivé est une "
        "réponse."
    )
    blocks: list[Paragraph | Drawing | Table] = [Paragraph(text=plain(f"{several}{whose}") if codes else ())]
    # One organisation is a line to read, with its date; a bar of it alone would say less.
    blocks.append(_organisations_drawing(context, codes) if len(codes) > 1 else _who(context, codes))
    return Section(
        title="Une suite pour chaque projet",
        anchor="suites",
        finding=ways_out(context),
        blocks=tuple(blocks),
    )


def outcome_lists(context: Context) -> Section:
    """Which projects go to each organisation: to look up."""
    return Section(
        title="Annexe — Les projets orientés vers chaque organisation",
        anchor="suites-detail",
        annex=True,
        blocks=(),
        sections=tuple(_organisation(context, code) for code in _organisations(context.result)),
    )


def _organisations(result: MissionResult) -> list[str]:
    """The most solicited first: the order of their indicators."""
    found = {slug(r.organisation): r.organisation for p in result.projects for r in p.referrals}
    family = (i.code.removeprefix("orientes_") for i in result.indicators if i.family == "organisation")
    return [found[key] for key in family]


def _indicator(context: Context, code: str) -> Indicator:
    return context.figures.indicator(f"orientes_{slug(code)}")


def _organisations_drawing(context: Context, codes: list[str]) -> Drawing:
    caption = "Projets orientés vers chaque organisation."
    bars = [Bar(label=context.organisation(code), value=_indicator(context, code).value) for code in codes]
    chart = horizontal_bars(bars, key="organisations", title=caption.rstrip("."), header=("Organisation", "Projets"))
    return Drawing(chart=chart, caption=caption, table=_who(context, codes))


def _who(context: Context, codes: list[str]) -> Table:
    figures = context.figures
    return Table(
        caption="Organisations, rôles et premières échéances",
        header=("Organisation", "Rôle", "Projets", "Première échéance"),
        rows=tuple(
            (
                context.organisations([code]),
                (context.role(code) or NOT_GIVEN,),
                (figures.figure(f"orientes_{slug(code)}", "nombre"),),
                (min(referral.due_on for _, referral in _referrals(context.result, code)),),
            )
            for code in codes
        ),
        numbers=frozenset({2}),
    )


def _referrals(result: MissionResult, code: str) -> list[tuple[ProjectResult, Referral]]:
    return [(p, r) for p in result.projects for r in p.referrals if r.organisation == code]


def _organisation(context: Context, code: str) -> Section:
    rows: list[tuple[Text, ...]] = []
    steps: dict[str, None] = {}
    for project, referral in _referrals(context.result, code):
        if project.firm.name == UNNAMED:
            continue
        titles = [context.result.labels.dispositifs.get(key, key) for key in referral.dispositifs]
        steps[referral.next_step] = None
        rows.append(
            (
                named(project),
                firm_name(project),
                (Quote(text=" ; ".join(titles)),) if titles else (confidences().way_out(referral.kind),),
                (referral.due_on,),
            )
        )
    name = context.organisation(code)
    return Section(
        title=name,
        anchor=f"suites-{slug(code).replace('_', '-')}",
        blocks=(
            Paragraph(
                text=(
                    "Prochaine étape : ",
                    Quote(text=listed([step[:1].lower() + step[1:] for step in steps], last="ou")),
                    ".",
                )
                if steps
                else plain("Aucun des projets orientés vers cette organisation n'est présenté au comité.")
            ),
            Table(
                caption=f"Projets orientés vers {name}",
                header=("Projet", "Entreprise", "Dispositifs ou suite", "Échéance"),
                rows=tuple(rows),
                wide=True,
            ),
        ),
    )


def roadmap(context: Context) -> Section:
    """How many needs were heard, and what was adopted; the needs themselves stay with the team."""
    figures = context.figures
    adopted = in_order(context.result.adopted)
    axes = sorted(figures.family("axe"), key=lambda each: -each.value)
    needs = Table(
        caption="Besoins entendus par axe, du plus au moins cité",
        header=("Axe", "Besoins"),
        rows=tuple(((group_name(i),), (figures.figure(i.code, "nombre"),)) for i in axes),
        numbers=frozenset({1}),
    )
    return Section(
        title="La feuille de route",
        anchor="feuille-de-route",
        finding=actions(context),
        blocks=(
            Paragraph(
                text=context.agree(
                    "actions_feuille_de_route",
                    none="",
                    one="L'étude propose {actions_feuille_de_route:mots}. Elle répond à au moins un besoin dit par "
                    "un industriel en entretien, a un pilote, une date et un indicateur de suivi.",
                    many="L'étude propose {actions_feuille_de_route:mots}. Chacune répond à au moins un "
                    "besoin dit par un industriel en entretien, a un pilote, une date et un indicateur de suivi.",
                )
            ),
            *(_adopted(context, adopted) if adopted else ()),
            needs,
        ),
    )


def actions_proposed(context: Context) -> Section:
    """The actions that nobody adopted or set aside yet: to look up."""
    adopted = in_order(context.result.adopted)
    settled = {action.proposal for action in (*context.result.census.actions, *(found.action for found in adopted))}
    open_ones = [action for action in context.result.roadmap if action.key not in settled]
    tables = [
        Table(
            caption=f"Proposées : {context.result.labels.axes.get(axis, axis)}",
            header=("Action proposée", "Pilote", "Partenaires", "Échéance", "Indicateur de suivi"),
            rows=tuple(
                (
                    (Quote(text=f"{action.code} {action.title}"),),
                    context.organisations([action.owner]),
                    context.organisations(action.partners),
                    (action.due_on,),
                    (Quote(text=action.indicator),),
                )
                for action in open_ones
                if action.axis == axis
            ),
            wide=True,
        )
        for axis in dict.fromkeys(action.axis for action in open_ones)
    ]
    return Section(title="Annexe — Les actions proposées", anchor="actions-proposees", annex=True, blocks=tuple(tables))


def _adopted(context: Context, adopted: Sequence[AdoptedAction]) -> tuple[Paragraph | Table | Drawing, ...]:
    """What the mission adopted, by priority: who answers for it, what it costs, when; the calendar in a picture."""
    figures = context.figures
    caption = "Calendrier des actions adoptées."
    table = Table(
        caption="Actions adoptées",
        header=("Action", "Pilote", "Budget", "Fin", "État"),
        rows=tuple(
            (
                (Quote(text=found.action.title),),
                context.organisations([found.action.owner] if found.action.owner else []),
                figures.cell("budget_feuille_de_route_eur", found.action.id, absent="à préciser"),
                (found.action.ends_on if isinstance(found.action.ends_on, date) else "à préciser",),
                (Quote(text=found.action.status.label),),
            )
            for found in adopted
        ),
        wide=True,
    )
    chart = timeline(
        [span_of(found.action, context.result.on) for found in adopted],
        key="feuille-de-route",
        title=caption.rstrip("."),
        on=context.result.on,
    )
    told = context.agree(
        "actions_adoptees",
        none="",
        one="La mission a adopté {actions_adoptees:mots}.",
        many="La mission a adopté {actions_adoptees:mots}.",
    )
    drawing = (Drawing(chart=chart, caption=caption, table=table),) if chart.svg else (table,)
    return (Paragraph(text=told), *drawing)
