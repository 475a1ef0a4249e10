"""What the interviews brought to light: who was known, which projects, where, of what, how ripe."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

from rebond.indicators.model import Indicator
from rebond.restitution.charts import Bar, Format, Level, Part, funnel, horizontal_bars
from rebond.restitution.contents import Drawing, Paragraph, Quote, Section, Table, Text, plain
from rebond.restitution.report.context import Context, group_name
from rebond.restitution.report.headlines import invested, unknown
from rebond.restitution.svg import Tone
from rebond.restitution.wording import short_euros
from rebond.units import agreed, format_number

_FIRST = 2
MOST_BARS = 12
"""Bars that a page reads at once; the table has them all."""
_Parts: TypeAlias = tuple[tuple[str, str, Tone], ...]
_FUNNEL: tuple[tuple[str, _Parts], ...] = (
    ("Entreprises rencontrées", (("entreprises_rencontrees", "entreprises", Tone.NEUTRAL),)),
    (
        "Projets recensés",
        (
            ("projets_connus", "connus d'un partenaire", Tone.STRONG),
            ("projets_inconnus", "inconnus", Tone.ACCENT),
            ("projets_a_rapprocher", "à confirmer", Tone.PALE),
        ),
    ),
    ("Maturité", (("projets_murs", "mûrs", Tone.STRONG), ("projets_a_murir", "à mûrir ou à établir", Tone.PALE))),
    (
        "Suite donnée",
        (
            ("projets_proposes", "proposés", Tone.ACCENT),
            ("projets_orientes_financeurs", "orientés vers des financeurs", Tone.MIDDLE),
            ("projets_accompagnes", "confiés à un conseil", Tone.NEUTRAL),
            ("projets_prevention", "accompagnement confidentiel", Tone.PALE),
        ),
    ),
)


def census(context: Context) -> Section:
    """From firms to outcomes, and what nobody knew."""
    compared = context.figures.known("partenaires_consultes") and context.figures.known("projets_recenses")
    return Section(
        title="Du recensement aux suites",
        anchor="recensement",
        finding=unknown(context),
        blocks=(
            Paragraph(
                text=context.agree(
                    "projets_inconnus",
                    none="",  # The finding of the chapter says it.
                    one="{projets_inconnus:debut} n'était sur aucune liste.",
                    many="{projets_inconnus:debut}, dans {entreprises_projet_inconnu:intervalle}, n'étaient sur "
                    "aucune des listes des "
                    "partenaires : sans la rencontre des industriels, ils seraient restés hors de vue.",
                )
                if compared
                else ()
            ),
            *_uncertain(context),
            _funnel(context),
        ),
    )


def _uncertain(context: Context) -> Sequence[Paragraph]:
    if not context.figures.value("projets_a_rapprocher"):
        return ()
    text = context.agree(
        "projets_a_rapprocher",
        none="",
        one="{projets_a_rapprocher:debut} ressemble à une ligne d'un partenaire sans qu'on puisse conclure : il "
        "n'est compté "
        "ni connu, ni inconnu.",
        many="{projets_a_rapprocher:debut} ressemblent à une ligne d'un partenaire sans qu'on puisse conclure : "
        "ils ne sont "
        "comptés ni connus, ni inconnus, jusqu'à ce qu'une personne décide.",
    )
    return (Paragraph(text=text),)


def _known_steps(context: Context, label: str, parts: _Parts) -> tuple[str, _Parts]:
    """Without any partner's list nobody can tell the known projects from the others: they are one part."""
    if context.figures.indicator("projets_inconnus").absent and parts[0][0] == "projets_connus":
        return label, (("projets_recenses", "projets", Tone.STRONG),)
    return label, parts


def _agreeing(name: str, value: Decimal) -> str:
    """A group of one: its first word is the one that agrees."""
    first, space, rest = name.partition(" ")
    return f"{agreed(first, value)}{space}{rest}"


def _funnel(context: Context) -> Drawing:
    figures = context.figures
    # Without a project there is nothing to follow from one step to the next.
    steps = [_known_steps(context, label, parts) for label, parts in _FUNNEL if figures.known("projets_recenses")]
    levels = [
        Level(
            label=label,
            parts=tuple(
                Part(label=_agreeing(name, figures.value(code)), value=figures.value(code), tone=tone)
                for code, name, tone in parts
                if figures.known(code)
            ),
        )
        for label, parts in steps
        if any(figures.known(code) for code, _, _ in parts)
    ]
    rows = tuple(
        ((label,), (name,), (figures.figure(code, "nombre"),))
        for label, parts in steps
        for code, name, _ in parts
        if figures.known(code)
    )
    return Drawing(
        chart=funnel(levels, key="entonnoir", title="Des entreprises rencontrées aux suites données"),
        caption="Des entreprises rencontrées aux suites données.",
        table=Table(
            caption="Du recensement aux suites",
            header=("Étape", "Groupe", "Nombre"),
            rows=rows,
            numbers=frozenset({2}),
        ),
    )


def projects(context: Context) -> Section:
    """Where the investment is, what it buys, how ripe it is."""
    figures = context.figures
    return Section(
        title="Les projets d'investissement",
        anchor="projets",
        finding=invested(context),
        blocks=(
            Paragraph(text=_projects_sentence(context)),
            Paragraph(text=_jobs_note(context)),
            Paragraph(text=_where_it_goes(context)),
            Paragraph(text=_how_ripe(context)),
            _territories(context),
            bars_of(
                context,
                figures.family("nature"),
                key="natures",
                caption="Investissement par nature de dépense : les premières ; toutes sont en annexe."
                if len(figures.family("nature")) > MOST_BARS
                else "Investissement par nature de dépense.",
                head="Nature de dépense",
                write=short_euros,
            ),
            bars_of(
                context,
                figures.family("maturite"),
                key="maturite",
                caption="Projets par niveau de maturité.",
                head="Niveau de maturité",
                write=format_number,
            ),
        ),
    )


def _projects_sentence(context: Context) -> Text:
    figures = context.figures
    if not figures.known("investissement_eur"):
        return ()
    jobs = " et {emplois_crees:a_creer}" if figures.known("emplois_crees") else ""
    need = (
        "le financement déclaré acquis laisse un besoin de {besoin_eur}"
        if figures.known("besoin_eur")
        else "le financement en est déclaré acquis"
    )
    return context.agree(
        "projets_recenses",
        none="",
        one=f"Le projet recensé représente {{investissement_eur}} d'investissement hors taxes{jobs} ; {need}.",
        many=f"Les {{projets_recenses:mots}} représentent {{investissement_eur}} d'investissement hors taxes{jobs} ; "
        f"{need}.",
    )


def _where_it_goes(context: Context) -> Text:
    """What most of the money is for."""
    figures = context.figures
    natures = sorted((each for each in figures.family("nature") if each.value), key=lambda each: -each.value)[:_FIRST]
    if not natures:
        return ()
    first, *others = [
        (Quote(text=f"« {group_name(each)} »"), " (", figures.figure(each.code, "court"), ")") for each in natures
    ]
    if not others:
        return ("Toute la dépense va au poste ", *first, ".")
    after = (", devant ", *others[0])
    return ("Le premier poste de dépense est ", *first, *after, ".")


def _how_ripe(context: Context) -> Text:
    figures = context.figures
    if not figures.known("projets_recenses"):
        return ()
    if figures.indicator("projets_murs").absent:
        return context.agree(
            "projets_a_murir",
            none="",
            one="{projets_a_murir:debut} reste à mûrir ou à établir.",
            many="{projets_a_murir:debut} restent à mûrir ou à établir.",
        )
    return (
        *context.agree(
            "projets_murs",
            none="{projets_murs:debut} n'est encore mûr",
            one="{projets_murs:debut} est mûr",
            many="{projets_murs:debut} sont mûrs",
        ),
        *context.agree(
            "projets_a_murir",
            none=".",
            one=" ; {projets_a_murir:mots} reste à mûrir ou à établir.",
            many=" ; {projets_a_murir:mots} restent à mûrir ou à établir.",
        ),
    )


def _jobs_note(context: Context) -> Text:
    jobs = context.figures.indicator("emplois_crees")
    if not jobs.note or jobs.absent:
        return ()
    return plain(
        "Les entreprises n'ont pas toutes chiffré leurs embauches : le chiffre est un minimum, et rien n'est estimé à "
        "leur place."
    )


def _territories(context: Context) -> Table:
    figures = context.figures
    rows: list[tuple[Text, ...]] = []
    for cost in figures.family("epci", prefix="investissement_"):
        count = cost.code.replace("investissement_", "projets_").removesuffix("_eur")
        rows.append(
            (
                (group_name(cost),),
                (figures.figure(count, "nombre"),),
                (figures.figure(cost.code, "entier"),),
            )
        )
    return Table(
        caption="Projets et investissement par intercommunalité",
        header=("Intercommunalité", "Projets", "Investissement"),
        rows=tuple(rows),
        numbers=frozenset({1, 2}),
    )


def bars_of(
    context: Context, indicators: Sequence[Indicator], *, key: str, caption: str, head: str, write: Format
) -> Drawing:
    """A breakdown as bars, the first of many, with the table of all its exact figures."""
    first = sorted(indicators, key=lambda each: -each.value)[:MOST_BARS] if len(indicators) > MOST_BARS else indicators
    total = indicators[0].label.partition(" — ")[0] if indicators else "Valeur"
    return Drawing(
        chart=horizontal_bars(
            [Bar(label=group_name(indicator), value=indicator.value) for indicator in first],
            key=key,
            title=caption.rstrip("."),
            header=(head, total),
            write=write,
        ),
        caption=caption,
        table=Table(
            caption=caption.rstrip("."),
            header=(head, total),
            rows=tuple(
                ((group_name(i),), (context.figures.figure(i.code, "entier" if i.unit == "€" else "nombre"),))
                for i in indicators
            ),
            numbers=frozenset({1}),
        ),
    )
