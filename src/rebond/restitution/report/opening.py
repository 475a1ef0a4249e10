"""The first chapters: the mission in brief, then the mission and its territory."""

from __future__ import annotations

from decimal import Decimal

from rebond.restitution.contents import (
    Bullets,
    Drawing,
    KeyFigures,
    Paragraph,
    Period,
    Quote,
    Section,
    Table,
    Text,
    plain,
)
from rebond.restitution.report.context import Context
from rebond.restitution.territory_map import territory_map
from rebond.restitution.typography import listed
from rebond.restitution.wording import short_euros

_KEYS = (
    ("entreprises_rencontrees", "nombre"),
    ("projets_recenses", "nombre"),
    ("part_projets_inconnus", "texte"),
    ("investissement_eur", "court"),
    ("emplois_crees", "nombre"),
    ("soutiens_planifies_eur", "court"),
    ("projets_retenus", "nombre"),
    ("projets_sans_suite", "nombre"),
)


def summary(context: Context) -> Section:
    """What a reader in a hurry must take away."""
    figures = context.figures
    tiles = tuple((figures.figure(code, form), figures.indicator(code).label) for code, form in _KEYS)
    lead = figures.say(
        "La mission a rencontré {entreprises_rencontrees} et recensé {projets_recenses} d'investissement, "
        "soit {investissement_eur:plus_de} à financer et {emplois_crees} à créer."
    )
    return Section(
        title="En bref",
        anchor="en-bref",
        blocks=(
            *([Paragraph(text=(Quote(text=context.result.uncovered),))] if context.result.uncovered else []),
            Paragraph(text=lead, lead=True),
            KeyFigures(figures=tiles),
            Bullets(
                items=(_unknown(context), _retained(context), _oriented(context), _advised(context), _none(context))
            ),
            Paragraph(
                text=plain(
                    "Chaque chiffre de ce document renvoie aux lignes qui le composent, en annexe. Les "
                    "hypothèses et les "
                    "chiffres de droit qui restent à vérifier sont dits au chapitre « Méthode et droit »."
                )
            ),
        ),
    )


def _unknown(context: Context) -> Text:
    return (
        *context.agree(
            "projets_inconnus",
            none="Tous les projets étaient déjà connus d'un partenaire au moins : {projets_inconnus:mots} ne "
            "l'ignorait.",
            one="{projets_inconnus:debut} sur {projets_recenses:nombre} n'était connu d'aucun des "
            "{partenaires_consultes}.",
            many="{projets_inconnus:debut} sur {projets_recenses:nombre} n'étaient connus d'aucun des "
            "{partenaires_consultes} consultés : {part_projets_inconnus:fraction} du recensement.",
        ),
        *context.agree(
            "rapprochements_a_trancher",
            none="",
            one=" {rapprochements_a_trancher:debut} reste à trancher.",
            many=" {rapprochements_a_trancher:debut} restent à trancher.",
        ),
    )


def _retained(context: Context) -> Text:
    return context.agree(
        "projets_retenus",
        none="{projets_retenus:debut} n'est proposé sur l'enveloppe de {enveloppe_eur:millions} : les autres "
        "dispositifs "
        "suffisent, ou les projets candidats ne remplissent pas ses conditions.",
        one="{projets_retenus:debut} est proposé sur l'enveloppe de {enveloppe_eur:millions}, pour "
        "{enveloppe_engagee_eur}.",
        many="{projets_retenus:debut} sont proposés sur l'enveloppe de {enveloppe_eur:millions}, "
        "pour {enveloppe_engagee_eur} en tout.",
    )


def _oriented(context: Context) -> Text:
    return context.agree(
        "projets_orientes_financeurs",
        none="{projets_orientes_financeurs:debut} n'est orienté vers un dispositif existant.",
        one="{projets_orientes_financeurs:debut} est orienté vers des dispositifs existants.",
        many="{projets_orientes_financeurs:debut} sont orientés vers des dispositifs existants.",
    )


def _advised(context: Context) -> Text:
    return context.agree(
        "projets_accompagnes",
        none="{projets_accompagnes:debut} n'a besoin d'être mûri par un conseil.",
        one="{projets_accompagnes:debut} est confié à un conseil pour être mûri.",
        many="{projets_accompagnes:debut} sont confiés à un conseil pour être mûris.",
    )


def _none(context: Context) -> Text:
    return context.agree(
        "projets_sans_suite",
        none="{projets_sans_suite:debut} ne reste sans suite : chacun a une prochaine étape, un responsable et "
        "une date.",
        one="{projets_sans_suite:debut} reste sans suite : il lui faut une étape, un responsable et une date.",
        many="{projets_sans_suite:debut} restent sans suite : il leur faut une étape, un responsable et une date.",
    )


def mission(context: Context) -> Section:
    """Where, when, with whom; and the map."""
    settings = context.result.census.settings
    epcis = listed([context.result.labels.epcis.get(code, code) for code in settings.epcis])
    days = [interview.held_on for interview in context.result.census.interviews]
    blocks: list[Paragraph | Drawing] = [
        Paragraph(
            text=plain(
                f"La mission couvre le territoire de {settings.territory} ({epcis}). Ses consultants rencontrent les "
                "industriels, recensent leurs projets d'investissement, recherchent pour chacun un financement "
                "légal et "
                "complet, puis proposent au comité de pilotage la part de l'enveloppe qui ne trouve aucun autre "
                "payeur."
            )
        )
    ]
    if days:
        blocks.append(
            Paragraph(
                text=context.figures.say(
                    "{entretiens_menes:debut} ont été menés {period}. Le recensement a été rapproché des listes de "
                    "{partenaires_consultes}. Le comité de pilotage se réunit le {day}.",
                    period=Period(start=min(days), end=max(days)),
                    day=settings.committee_on,
                )
            )
        )
    blocks.append(_map(context))
    return Section(title="La mission et son territoire", anchor="territoire", blocks=tuple(blocks))


def _map(context: Context) -> Drawing:
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
    )
    shown = [place for place in context.places if values.get(place.code)]
    rows = tuple(
        (
            (place.name,),
            (Quote(text=place.group),),
            (context.figures.figure(f"projets_commune_{place.code.lower()}", "nombre"),),
            (context.figures.figure(indicators[place.code].code),),
        )
        for place in sorted(shown, key=lambda place: (-values[place.code], place.name))
    )
    return Drawing(
        chart=chart,
        caption="Investissement recherché par commune. Le fond partage le territoire entre les chefs-lieux les plus "
        "proches : ce ne sont pas les limites officielles des communes.",
        table=Table(
            caption="Projets et investissement par commune",
            header=("Commune", "Intercommunalité", "Projets", "Investissement"),
            rows=rows,
            numbers=frozenset({2, 3}),
        ),
    )
