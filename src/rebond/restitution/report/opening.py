"""The first chapters: the mission in brief, then the mission and its territory."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rebond.indicators.counted import held_interviews
from rebond.restitution.contents import (
    Bullets,
    Drawing,
    Figure,
    KeyFigures,
    Paragraph,
    Period,
    Quote,
    Section,
    Table,
    Text,
    plain,
)
from rebond.restitution.report.advising import decisions_asked
from rebond.restitution.report.context import Context
from rebond.restitution.report.headlines import met
from rebond.restitution.report.stack import LEVELS, money_sentence
from rebond.restitution.territory_map import map_credits, marked_communes, territory_map
from rebond.restitution.typography import listed
from rebond.restitution.wording import short_euros

_KEYS = (
    ("entreprises_rencontrees", "nombre"),
    ("projets_recenses", "nombre"),
    ("part_projets_inconnus", "court"),
    ("investissement_eur", "court"),
    ("emplois_crees", "nombre"),
    ("projets_proposes", "nombre"),
    ("projets_retenus", "nombre"),
    ("projets_sans_suite", "nombre"),
)
_MONEY = tuple((code, "court") for code, _, _ in LEVELS)
_ALWAYS = frozenset({"entreprises_rencontrees", "projets_recenses"})


def summary(context: Context) -> Section:
    """What a reader in a hurry must take away."""
    return Section(
        title="En bref",
        anchor="en-bref",
        blocks=(
            Paragraph(text=(Quote(text=context.result.uncovered),) if context.result.uncovered else ()),
            Paragraph(text=_lead(context), lead=True),
            KeyFigures(figures=_tiles(context, _KEYS)),
            KeyFigures(figures=_tiles(context, _MONEY) if context.figures.known("besoin_eur") else ()),
            Bullets(
                items=(
                    money_sentence(context),
                    _unknown(context),
                    _proposed(context),
                    _oriented(context),
                    _advised(context),
                    _none(context),
                )
            ),
            decisions_asked(context),
        ),
    )


def _tiles(context: Context, keys: Sequence[tuple[str, str]]) -> tuple[tuple[Figure, str], ...]:
    """Figures with their labels. Without a project, only what was met is told."""
    figures = context.figures
    return tuple(
        (figures.figure(code, form), figures.indicator(code).heading)
        for code, form in keys
        if (figures.known("projets_recenses") or code in _ALWAYS)
        and (code != "projets_retenus" or context.result.census.decisions)
        and (code != "part_projets_inconnus" or figures.known("partenaires_consultes"))
    )


def _lead(context: Context) -> Text:
    figures = context.figures
    if not figures.known("projets_recenses"):
        return figures.say("La mission a rencontré {entreprises_rencontrees:mots} et n'a pas recensé de projet.")
    invested = ", soit {investissement_eur:plus_de}" if figures.known("investissement_eur") else ", à chiffrer"
    jobs = " et {emplois_crees:a_creer}" if figures.known("emplois_crees") else ""
    return figures.say(
        "La mission a rencontré {entreprises_rencontrees:mots} et recensé {projets_recenses:mots} d'investissement"
        f"{invested}{jobs}."
    )


def _unknown(context: Context) -> Text:
    figures = context.figures
    if not figures.known("projets_recenses"):
        return ()
    if not figures.known("partenaires_consultes"):
        return plain("Aucune liste de partenaire n'a été rapprochée du recensement : rien ne dit qui était connu.")
    alone = figures.value("partenaires_consultes") == 1
    whom = "{s} du seul partenaire consulté" if alone else "{s} d'aucun des {{partenaires_consultes}} consultés"
    known = f"{'pas ' if alone else ''}connu{whom}"
    share = "" if figures.value("projets_recenses") == 1 else " : {part_projets_inconnus:fraction} du recensement"
    return (
        *context.agree(
            "projets_inconnus",
            none="Le projet recensé était déjà connu d'un partenaire au moins."
            if figures.value("projets_recenses") == 1
            else "Chaque projet recensé était déjà connu d'un partenaire au moins.",
            one="{projets_inconnus:debut} n'était " + known.format(s="") + ".",
            many="{projets_inconnus:debut} sur {projets_recenses:nombre} n'étaient "
            + known.format(s="s")
            + share
            + ".",
        ),
        *context.agree(
            "rapprochements_a_trancher",
            none="",
            one=" {rapprochements_a_trancher:debut} reste à trancher.",
            many=" {rapprochements_a_trancher:debut} restent à trancher.",
        ),
    )


def _proposed(context: Context) -> Text:
    """The proposal, and what the committee decided once it is recorded."""
    if not context.figures.known("enveloppe_eur") or not context.figures.known("projets_recenses"):
        return ()
    decided = context.agree(
        "projets_retenus",
        none="",
        one=" Le comité a retenu {projets_retenus:mots}, pour {enveloppe_engagee_eur}.",
        many=" Le comité a retenu {projets_retenus:mots}, pour {enveloppe_engagee_eur}.",
    )
    proposed = context.agree(
        "projets_proposes",
        none=f"{{projets_proposes:debut}} n'est proposé {context.of_envelopes} : les autres "
        "dispositifs suffisent, ou aucun projet ne remplit ses conditions.",
        one=f"{{projets_proposes:debut}} est proposé {context.of_envelopes}, pour {{enveloppe_proposee_eur}}.",
        many=f"{{projets_proposes:debut}} sont proposés {context.of_envelopes}, "
        "pour {enveloppe_proposee_eur} en tout.",
    )
    return (*proposed, *decided)


def _oriented(context: Context) -> Text:
    return context.inflected(
        "projets_orientes_financeurs",
        "{projets_orientes_financeurs:debut} [est orienté|sont orientés] vers des dispositifs existants.",
    )


def _advised(context: Context) -> Text:
    return context.inflected(
        "projets_accompagnes",
        "{projets_accompagnes:debut} [est confié|sont confiés] à un conseil qui [l'|les ]aidera à mûrir.",
    )


def _none(context: Context) -> Text:
    if context.figures.value("projets_recenses") <= 1 and not context.figures.known("projets_sans_suite"):
        return ()
    return context.inflected(
        "projets_sans_suite",
        "{projets_sans_suite:debut} reste[|nt] sans suite : il [lui|leur] faut une étape, un responsable et une date.",
        none="{projets_sans_suite:debut} ne reste sans suite : chacun a une prochaine étape, un responsable et "
        "une date.",
    )


def mission(context: Context) -> Section:
    """Where, when, with whom; and the map."""
    settings = context.result.census.settings
    epcis = listed([context.result.labels.epcis.get(code, code) for code in settings.epcis])
    days = [interview.held_on for interview in held_interviews(context.result)]
    blocks: list[Paragraph | Drawing] = [
        Paragraph(
            text=context.figures.say(
                "La mission couvre {territory} ({epcis}). Ses consultants rencontrent les industriels, recensent leurs "
                "projets d'investissement, recherchent pour chacun un financement légal et complet, puis proposent au "
                "comité de pilotage la part de l'enveloppe qui ne trouve aucun autre payeur.",
                territory=context.territory,
                epcis=Quote(text=epcis),
            )
        )
    ]
    if days:
        blocks.append(
            Paragraph(
                text=(
                    *context.agree(
                        "entretiens_menes",
                        none="",
                        one="{entretiens_menes:debut} a été mené {period}.",
                        many="{entretiens_menes:debut} ont été menés {period}.",
                        period=Period(start=min(days), end=max(days)),
                    ),
                    *context.agree(
                        "partenaires_consultes",
                        none="",
                        one=" Le recensement a été rapproché de la liste d'un partenaire.",
                        many=" Le recensement a été rapproché des listes de {partenaires_consultes}.",
                    ),
                    *context.figures.say(
                        f" Le comité de pilotage {context.meets} le {{day}}.", day=settings.committee_on
                    ),
                )
            )
        )
    blocks.append(_map(context))
    return Section(
        title="La mission et son territoire", anchor="territoire", blocks=tuple(blocks), finding=met(context)
    )


_SHARED = (
    "Le fond partage le territoire entre les chefs-lieux les plus proches : ce ne sont pas les limites officielles des "
    "communes."
)


def _map(context: Context) -> Drawing:
    """The map; without a place for any commune, the bars that stand for it, which have no ground to be told of."""
    indicators = {
        indicator.code.split("_")[2]: indicator
        for indicator in context.figures.family("commune", prefix="investissement_")
    }
    values: dict[str, Decimal] = {code: indicator.value for code, indicator in indicators.items()}
    measure = context.figures.indicator("investissement_eur").label
    chart = territory_map(
        context.places,
        values,
        context.points,
        key="carte",
        title=f"{measure} par commune, {context.result.census.settings.territory}",
        measure=measure,
        write=short_euros,
        marked=marked_communes(context.result),
    )
    shown = [place for place in context.places if values.get(place.code)]
    rows = tuple(
        (
            (place.name,),
            (Quote(text=place.group),),
            (context.figures.figure(f"projets_commune_{place.code.lower()}", "nombre"),),
            (context.figures.figure(indicators[place.code].code, "entier"),),
        )
        for place in sorted(shown, key=lambda place: (-values[place.code], place.name))
    )
    ground = map_credits(context.places) or (_SHARED if any(each.code in context.points for each in shown) else "")
    return Drawing(
        chart=chart,
        caption=f"Investissement recherché par commune. {ground}".rstrip(),
        table=Table(
            caption="Projets et investissement par commune",
            header=("Commune", "Intercommunalité", "Projets", "Investissement"),
            rows=rows,
            numbers=frozenset({2, 3}),
        ),
    )
