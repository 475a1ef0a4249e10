"""What the interviews brought to light: who was known, where, of what, how ripe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rebond.indicators.model import Indicator
from rebond.restitution.contents import Text, plain
from rebond.restitution.deck.model import Kind, NativeChart, Series, Slide
from rebond.restitution.report.context import Context, group_name
from rebond.restitution.svg import Tone

_STEPS = (
    ("entreprises_rencontrees", "Entreprises rencontrées", Tone.NEUTRAL),
    ("projets_recenses", "Projets recensés", Tone.STRONG),
    ("projets_connus", "connus d'un partenaire", Tone.MIDDLE),
    ("projets_inconnus", "inconnus", Tone.ACCENT),
    ("projets_murs", "mûrs", Tone.STRONG),
    ("projets_a_murir", "à mûrir ou à établir", Tone.PALE),
    ("projets_proposes", "proposés sur l'enveloppe", Tone.ACCENT),
    ("projets_orientes_financeurs", "orientés vers des financeurs", Tone.MIDDLE),
    ("projets_accompagnes", "confiés à un conseil", Tone.NEUTRAL),
    ("projets_prevention", "en accompagnement confidentiel", Tone.PALE),
)
_MOST = 8
"""Bars that a slide holds: the smallest go to the report."""
_FEW = 3
"""Places that are told in words."""


def census(context: Context) -> Slide:
    """From firms to outcomes, and what nobody knew."""
    figures = context.figures
    if not figures.known("projets_recenses"):
        return Slide(key="recensement", title=())
    compared = figures.known("partenaires_consultes")
    title = (
        context.agree(
            "projets_inconnus",
            none="Le projet recensé était déjà connu d'un partenaire"
            if figures.value("projets_recenses") == 1
            else "Chaque projet recensé était déjà connu d'un partenaire",
            one="{projets_inconnus:debut} n'était connu d'aucun partenaire avant la mission",
            many="{projets_inconnus:debut} sur {projets_recenses:nombre} n'étaient connus d'aucun partenaire avant la "
            "mission",
        )
        if compared
        else figures.say("{projets_recenses:debut} : aucune liste de partenaire ne dit encore lesquels étaient connus")
    )
    steps = [(code, label, tone) for code, label, tone in _STEPS if figures.known(code)]
    if figures.indicator("projets_inconnus").absent:
        steps = [step for step in steps if step[0] not in {"projets_connus", "projets_inconnus"}]
    chart = NativeChart(
        kind=Kind.BARS,
        title="Des entreprises rencontrées aux suites données",
        head="Étape",
        unit="nombre",
        categories=tuple(_step(figures.indicator(code), label) for code, label, _ in steps),
        series=(Series(name="Nombre", values=tuple(figures.figure(code, "nombre") for code, _, _ in steps)),),
        tones=tuple(tone for _, _, tone in steps),
    )
    pending = context.agree(
        "projets_a_rapprocher",
        none="",
        one="{projets_a_rapprocher:debut} ressemble à une ligne d'un partenaire : il n'est compté ni connu, ni "
        "inconnu.",
        many="{projets_a_rapprocher:debut} ressemblent à une ligne d'un partenaire : ils ne sont comptés ni connus, "
        "ni inconnus.",
    )
    aim = context.agree(
        "projets_sans_suite",
        none="Aucun projet ne reste sans suite, sans responsable ou sans date.",
        one="{projets_sans_suite:debut} reste sans suite.",
        many="{projets_sans_suite:debut} restent sans suite.",
    )
    return Slide(
        key="recensement",
        title=title,
        bullets=tuple(filter(None, (pending, aim))),
        chart=chart,
        source=context.agree(
            "partenaires_consultes",
            none="Nombre d'entreprises et de projets. Source : recensement de la mission.",
            one="Nombre d'entreprises et de projets. Source : recensement de la mission et liste d'un partenaire.",
            many="Nombre d'entreprises et de projets. Source : recensement de la mission et listes de "
            "{partenaires_consultes}.",
        ),
    )


def _step(indicator: Indicator, label: str) -> str:
    """A step, with what a bar alone would not say: a least and a most, an answer that lacks."""
    return f"{label} ({indicator.span})" if indicator.high is not None or indicator.bound else label


def territories(context: Context) -> Slide:
    """Where the investment is; a few places are told beside what it buys."""
    figures = context.figures
    found = _largest(figures.family("epci", prefix="investissement_"))
    if len(found) <= _FEW:
        return Slide(key="territoire", title=())
    title = figures.say(
        f"{{name}} porte {{{found[0].code}:court}} d'investissement sur {{investissement_eur:court}}",
        name=group_name(found[0]),
    )
    return Slide(
        key="territoire",
        title=title,
        chart=_amounts(context, found, title="Investissement par intercommunalité", head="Intercommunalité"),
        source=plain("Investissement hors taxes recherché, en milliers d'euros. Source : recensement de la mission."),
    )


def _count_of(indicator: Indicator) -> str:
    return indicator.code.replace("investissement_", "projets_").removesuffix("_eur")


def natures(context: Context) -> Slide:
    """What the investment buys."""
    figures = context.figures
    found = _largest(figures.family("nature"))
    title: Text = ()
    if len(found) == 1:
        title = figures.say(
            f"{{name}} : toute la dépense à ce jour, {{{found[0].code}:court}}", name=group_name(found[0])
        )
    elif found:
        title = figures.say(
            f"{{name}} : premier poste, {{{found[0].code}:court}} sur {{investissement_eur:court}}",
            name=group_name(found[0]),
        )
    left = len(figures.family("nature")) > len(found)
    return Slide(
        key="natures",
        title=title,
        bullets=tuple(_places(context)),
        chart=_amounts(context, found, title="Investissement par nature de dépense", head="Nature de dépense"),
        source=plain(
            "Investissement hors taxes, en milliers d'euros ; les autres natures sont au rapport. Source : recensement."
            if left
            else "Investissement hors taxes, en milliers d'euros. Source : recensement de la mission."
        ),
    )


def _places(context: Context) -> Iterator[Text]:
    """Places too few for a chart of their own."""
    found = _largest(context.figures.family("epci", prefix="investissement_"))
    for indicator in found if len(found) <= _FEW else ():
        count = _count_of(indicator)
        yield context.figures.say(
            f"{{name}} : {{{count}}}, {{{indicator.code}:court}}."
            if context.figures.known(count)
            else f"{{name}} : {{{indicator.code}:court}}.",
            name=group_name(indicator),
        )


def _largest(indicators: Sequence[Indicator]) -> list[Indicator]:
    """Those that a slide holds, the largest first."""
    known = [indicator for indicator in indicators if indicator.value]
    return sorted(known, key=lambda indicator: -indicator.value)[:_MOST]


def _amounts(context: Context, found: Sequence[Indicator], *, title: str, head: str) -> NativeChart:
    return NativeChart(
        kind=Kind.BARS,
        title=title,
        head=head,
        unit="€",
        categories=tuple(group_name(indicator) for indicator in found),
        series=(Series(name="Investissement", values=tuple(context.figures.figure(i.code) for i in found)),),
    )
