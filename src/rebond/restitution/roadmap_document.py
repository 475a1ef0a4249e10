"""The roadmap as a document of its own: what was adopted first, by priority; then what the study proposes.

Who said what stays with the team: a need is told by its theme, and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from rebond.facts import UNKNOWN, Maybe
from rebond.indicators.breakdowns import slug
from rebond.restitution.contents import Document, Drawing, Paragraph, Quote, Section, Table, Text, plain, pruned
from rebond.restitution.editions import PRESS
from rebond.restitution.report.context import Context
from rebond.restitution.svg import Tone
from rebond.restitution.timeline import FLAT, Span, periods, span_of, timeline
from rebond.restitution.typography import french_date
from rebond.results import MissionResult
from rebond.roadmap.adopted import AdoptedAction, in_order
from rebond.roadmap.build import ProposedAction
from rebond.units import format_measure

_ADOPTED = ("Action", "Pour qui, pour quoi", "Pilote et partenaires", "Coût", "Calendrier", "Indicateur")
_PROPOSED = ("Action proposée", "Besoins", "Pilote proposé", "Partenaires", "Coût", "Échéance", "Indicateur")
_FIRST = ("Priorité proposée", "Axe", "Besoins", "Pilote proposé", "Échéance")
_IN_TIME = ("Action", "Début", "Fin")
_MOST_FIRST = 5
_UNKNOWN = "à préciser"
_PERIODS = 8


def collect_roadmap(result: MissionResult) -> Document:
    """The contents of the roadmap document."""
    context = Context.of(result, PRESS)
    settings = result.census.settings
    adopted = in_order(context.result.adopted)
    axes = dict.fromkeys(found.action.axis for found in sorted(adopted, key=lambda each: _axis_rank(context, each)))
    open_ones = [action for action in context.result.roadmap if action.key not in _settled(result)]
    return pruned(
        Document(
            title=f"Feuille de route industrielle {context.of_territory.text}",
            subtitle="Annexe au bilan de la mission",
            place=settings.announcement.place,
            dated=settings.committee_on,
            fictitious=settings.fictitious,
            draft=not adopted,
            sections=(
                _opening(context),
                *(() if adopted else (_priorities(context, open_ones),)),
                *((_calendar(context, adopted),) if adopted else ()),
                *(_axis(context, axis, [each for each in adopted if each.action.axis == axis]) for axis in axes),
                *(
                    _proposals(
                        context, axis, [action for action in open_ones if action.axis == axis], first=not adopted
                    )
                    for axis in dict.fromkeys(action.axis for action in open_ones)
                ),
            ),
        )
    )


def _settled(result: MissionResult) -> set[str]:
    """Keys of the proposals that were adopted or set aside: the result that is told to a reader has no census row."""
    return {action.proposal for action in result.census.actions}


def _axis_rank(context: Context, found: AdoptedAction) -> int:
    axes = list(context.result.labels.axes)
    return axes.index(found.action.axis) if found.action.axis in axes else len(axes)


def _opening(context: Context) -> Section:
    blocks = [Paragraph(text=_adopted_words(context), lead=True), Paragraph(text=_proposed_words(context))]
    return Section(title="Lire cette feuille de route", anchor="lecture", blocks=tuple(blocks))


def _adopted_words(context: Context) -> Text:
    if not context.result.adopted:
        return ()
    told = context.agree(
        "actions_adoptees",
        none="",
        one="La mission a adopté {actions_adoptees:mots}.",
        many="La mission a adopté {actions_adoptees:mots}.",
    )
    # A share of nothing heard is not told.
    if context.figures.known("part_besoins_couverts"):
        told += context.agree(
            "actions_adoptees",
            none="",
            one=" Elle répond à {part_besoins_couverts} des besoins entendus.",
            many=" Elles répondent à {part_besoins_couverts} des besoins entendus.",
        )
    if context.figures.known("budget_feuille_de_route_eur"):
        told += context.figures.say(" Coût connu : {budget_feuille_de_route_eur}.")
    return told


def _proposed_words(context: Context) -> Text:
    if context.result.adopted:
        return plain(
            "Les actions adoptées viennent d'abord, par priorité ; celles que l'étude propose encore sont dites "
            "« proposées ». Les besoins sont comptés par thème, sans dire qui les a exprimés."
        )
    return context.agree(
        "actions_feuille_de_route",
        none="Aucun besoin entendu en entretien n'appelle encore d'action.",
        one="Les besoins entendus en entretien ({entretiens_menes}) donnent {actions_feuille_de_route:mots} proposée "
        "par l'étude ; rien n'est encore adopté. Pilote, échéance et indicateur sont ceux que l'étude propose ; les "
        "besoins sont comptés par thème, sans dire qui les a exprimés.",
        many="Les besoins entendus en entretien ({entretiens_menes}) sont rassemblés par axe et donnent "
        "{actions_feuille_de_route:mots} proposées par l'étude ; rien n'est encore adopté. Pilotes, échéances et "
        "indicateurs sont ceux que l'étude propose ; les besoins sont comptés par thème, sans dire qui les a exprimés.",
    )


def _calendar(context: Context, adopted: Sequence[AdoptedAction]) -> Section:
    """The picture that Word keeps as a table: one row an action, one column a period, dark where it goes on."""
    days = [
        day
        for found in adopted
        for day in (found.action.starts_on, found.action.ends_on, found.action.target_on)
        if isinstance(day, date)
    ]
    if not days:
        return Section(
            title="Priorités et calendrier",
            anchor="calendrier",
            blocks=(Paragraph(text=plain("Aucune action adoptée n'a encore de date.")),),
        )
    ticks = periods(min(days), max(days), most=_PERIODS)
    spans = list(pairwise(ticks))
    table = Table(
        caption="Calendrier des actions adoptées, par priorité",
        header=("Action", "Priorité, état", *(f"{start:%m/%Y}" for start, _ in spans)),
        rows=tuple(
            (
                (Quote(text=found.action.title),),
                (Quote(text=_standing(context, found)),),
                *(_part(found, start, end) for start, end in spans),
            )
            for found in adopted
        ),
        wide=True,
        bars=frozenset(range(2, 2 + len(spans))),
    )
    note = (
        "Chaque colonne commence au mois écrit. « ■ » : l'action est en cours ; « cible » : la date à laquelle son "
        "indicateur doit atteindre sa cible ; « début ? » et « fin ? » : une date que personne n'a encore dite."
    )
    on = context.result.on
    picture = _timeline(
        [span_of(found.action, on) for found in adopted], on=on, caption="Les actions adoptées dans le temps."
    )
    return Section(
        title="Priorités et calendrier", anchor="calendrier", blocks=(Paragraph(text=plain(note)), table, picture)
    )


def _priorities(context: Context, actions: Sequence[ProposedAction]) -> Section:
    """What the mission could begin with, by the needs that it answers; then all of it in time."""
    asked = sorted((each for each in actions if each.answers), key=lambda each: (-len(each.needs), each.due_on))
    labels = context.result.labels.axes
    table = Table(
        caption="Priorités proposées : les actions qui répondent au plus de besoins",
        header=_FIRST,
        rows=tuple(
            (
                (Quote(text=f"{each.code} — {each.title}"),),
                (labels.get(each.axis, each.axis),),
                context.figures.cell(f"besoins_axe_{slug(each.axis)}", each.code),
                context.organisations([each.owner]),
                (each.due_on,),
            )
            for each in asked[:_MOST_FIRST]
        ),
        numbers=frozenset({2}),
        wide=True,
        shares=(0.42, 0.18, 0.09, 0.19, 0.12),
    )
    on = context.result.on
    spans = [
        Span(
            label=f"{each.code} — {each.title}",
            state="",
            tone=Tone.MIDDLE,
            start=on,
            end=each.due_on,
            target=UNKNOWN,
        )
        for each in sorted(asked, key=lambda each: (each.due_on, -len(each.needs)))
    ]
    note = (
        "Aucune priorité n'est encore décidée : le rang suit le nombre de besoins entendus. Coût, valeur de départ et "
        "cible sont à fixer par le pilote de chaque action."
    )
    return Section(
        title="Priorités et calendrier",
        anchor="calendrier",
        blocks=(
            Paragraph(text=plain(note) if asked else ()),
            table,
            _timeline(
                spans, on=on, caption="Les actions proposées dans le temps, de la première à la dernière échéance."
            ),
        ),
    )


def _timeline(spans: Sequence[Span], *, on: date, caption: str) -> Drawing:
    """The calendar in a picture, with the same as a table."""
    chart = timeline(spans, key="calendrier", title=caption.rstrip("."), on=on, width=FLAT)
    rows = tuple((_named(each), _day(each.start), _day(each.end)) for each in spans) if chart.svg else ()
    return Drawing(chart=chart, caption=caption, table=Table(caption=caption, header=_IN_TIME, rows=rows))


def _named(span: Span) -> Text:
    return (Quote(text=span.label),)


def _day(day: Maybe[date]) -> Text:
    return (day,) if isinstance(day, date) else (_UNKNOWN,)


def _part(found: AdoptedAction, start: date, end: date) -> Text:
    """What a period says of an action; ``end`` is the first day after it."""
    action = found.action
    first, last = action.starts_on, action.ends_on
    words = []
    if isinstance(first, date) and isinstance(last, date):
        if first < end and last >= start:
            words.append("■")
    elif isinstance(first, date) and start <= first < end:
        words.append("fin ?")
    elif isinstance(last, date) and start <= last < end:
        words.append("début ?")
    if isinstance(action.target_on, date) and start <= action.target_on < end:
        words.append("cible")
    return (Quote(text=" ".join(words)),) if words else ()


def _standing(context: Context, found: AdoptedAction) -> str:
    action = found.action
    late = ", en retard" if action.is_late(context.result.on) else ""
    priority = _UNKNOWN if action.priority is UNKNOWN else action.priority.value
    return f"{priority} ; {action.status.label.lower()}{late}"


def _axis(context: Context, axis: str, adopted: Sequence[AdoptedAction]) -> Section:
    label = context.result.labels.axes.get(axis, axis)
    return Section(
        title=label,
        anchor=f"axe-{slug(axis).replace('_', '-')}",
        blocks=(
            Table(
                caption=f"Actions adoptées de l'axe « {label} »",
                header=_ADOPTED,
                rows=tuple(_adopted_row(context, found) for found in adopted),
                wide=True,
                shares=(0.2, 0.24, 0.15, 0.12, 0.12, 0.17),
            ),
        ),
    )


def _adopted_row(context: Context, found: AdoptedAction) -> tuple[Text, ...]:
    action = found.action
    why = "\n".join(filter(None, (action.why, "" if action.why == found.from_what else found.from_what)))
    partners = [context.organisation(code) for code in action.partners]
    led = [context.organisation(action.owner) if action.owner else "Pilote à désigner"]
    led += [f"Avec : {', '.join(partners)}"] if partners else []
    paid = f" Payé par : {', '.join(context.organisation(code) for code in action.paid_by)}." if action.paid_by else ""
    return (
        (Quote(text=action.title),),
        (Quote(text=why or _UNKNOWN),),
        (Quote(text="\n".join(led)),),
        (*context.figures.cell("budget_feuille_de_route_eur", action.id, absent=_UNKNOWN), Quote(text=paid)),
        (Quote(text=_days(action.starts_on, action.ends_on, _state(found, context.result.on))),),
        (Quote(text=_measured(found)),),
    )


def _state(found: AdoptedAction, on: date) -> str:
    action = found.action
    late = ", en retard" if action.is_late(on) else ""
    reason = f" : {action.status_reason}" if action.status_reason else ""
    return f"{action.status.label}{late}{reason}"


def _days(start: Maybe[date], end: Maybe[date], state: str) -> str:
    told = (
        f"{word} {french_date(day)}" if isinstance(day, date) else f"{word} {_UNKNOWN}"
        for word, day in (("Début :", start), ("Fin :", end))
    )
    return "\n".join((*told, state))


def _measured(found: AdoptedAction) -> str:
    """The indicator with where it starts, where it should go, where it is."""
    action = found.action
    if not action.indicator:
        return _UNKNOWN
    unit = f" {action.unit}" if action.unit else ""
    lines = [action.indicator]
    for word, value, on in (
        ("Départ", action.baseline, UNKNOWN),
        ("Cible", action.target, action.target_on),
        ("Dernière valeur", found.value.value if found.value else UNKNOWN, found.value.on if found.value else UNKNOWN),
    ):
        if value is UNKNOWN:
            lines.append(f"{word} : {_UNKNOWN}" if word != "Dernière valeur" else f"{word} : pas encore relevée")
        else:
            dated = f" ({french_date(on)})" if isinstance(on, date) else ""
            lines.append(f"{word} : {format_measure(value)}{unit}{dated}")
    return "\n".join(lines)


def _proposals(context: Context, axis: str, actions: Sequence[ProposedAction], *, first: bool) -> Section:
    label = context.result.labels.axes.get(axis, axis)
    return Section(
        title=label if first else f"{label} : actions proposées",
        anchor=f"{'axe' if first else 'propositions'}-{slug(axis).replace('_', '-')}",
        blocks=(
            Paragraph(
                text=context.agree(
                    f"besoins_axe_{slug(axis)}",
                    none="",
                    one=f"{{besoins_axe_{slug(axis)}:debut}} entendu en entretien.",
                    many=f"{{besoins_axe_{slug(axis)}:debut}} entendus en entretien.",
                )
                if first
                else ()
            ),
            Table(
                caption=f"Actions proposées de l'axe « {label} »",
                header=_PROPOSED,
                rows=tuple(_proposed_row(context, action) for action in actions),
                numbers=frozenset({1}),
                wide=True,
                shares=(0.34, 0.08, 0.14, 0.13, 0.08, 0.1, 0.13),
            ),
        ),
    )


def _proposed_row(context: Context, action: ProposedAction) -> tuple[Text, ...]:
    return (
        (Quote(text=f"{action.code} — {action.title}\n{action.from_what}"),),
        context.figures.cell(f"besoins_axe_{slug(action.axis)}", action.code),
        context.organisations([action.owner]),
        context.organisations(action.partners),
        ("à chiffrer",),
        (action.due_on,),
        (Quote(text=f"{action.indicator}\nDépart : à relever\nCible : à fixer"),),
    )
