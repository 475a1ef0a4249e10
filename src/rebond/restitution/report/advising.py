"""What the report asks: the decisions put to the committee, what each one should do next, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rebond.facts import UNKNOWN
from rebond.indicators.readings import code_of
from rebond.restitution.contents import Bullets, Notice, Paragraph, Quote, Section, Table, Text, plain
from rebond.restitution.report.asked import asked_of_committee
from rebond.restitution.report.context import Context
from rebond.restitution.typography import listed
from rebond.roadmap.adopted import in_order

ASKED = "Décisions demandées au comité"


_IN_THE_REPORT = ("selection", "reste", "financeurs", "conseil", "feuille_de_route")
"""The links to settle are advice to partners, further on."""


def decisions_asked(context: Context) -> Notice:
    """What only the committee can settle; nothing once it has."""
    found = asked_of_committee(context)
    return Notice(title=ASKED, items=tuple(found[key] for key in _IN_THE_REPORT if found.get(key)))


def recommendations(context: Context) -> Section:
    """What each one should do, by what depends on it."""
    return Section(
        title="Recommandations",
        anchor="recommandations",
        blocks=(Bullets(items=tuple(filter(None, _advice(context)))),),
    )


def _advice(context: Context) -> Iterator[Text]:
    figures, result = context.figures, context.result
    if not figures.known("projets_recenses"):
        return
    yield plain(
        "Aux entreprises : ne rien commander avant d'avoir déposé une demande, une commande signée trop tôt fait "
        "perdre les aides du projet."
    )
    if figures.known("besoin_eur") and figures.indicator("besoin_eur").bound:
        yield figures.say(
            "Aux entreprises : dire le financement déjà acquis ; sans lui, le besoin n'est connu que comme un "
            "maximum, {besoin_eur}."
        )
    if figures.indicator("emplois_crees").absent:
        yield plain("Aux entreprises : chiffrer les emplois à créer, dont aucun n'est connu à ce jour.")
    elif figures.indicator("emplois_crees").bound:
        yield figures.say("Aux entreprises : chiffrer les emplois à créer ; connus à ce jour : {emplois_crees}.")
    if figures.known("questions_ouvertes") and figures.known("soutien_sous_conditions_eur"):
        yield context.agree(
            "questions_ouvertes",
            none="",
            one="À l'équipe de la mission : faire répondre à la question ouverte ; {soutien_sous_conditions_eur} "
            "en dépendent.",
            many="À l'équipe de la mission : faire répondre aux {questions_ouvertes:mots} ouvertes ; "
            "{soutien_sous_conditions_eur} en dépendent.",
        )
    if figures.known("soutien_droit_non_relu_eur"):
        yield figures.say(
            "Aux financeurs : confirmer la base légale et les taux de leurs dispositifs ; "
            "{soutien_droit_non_relu_eur} en dépendent."
        )
    if figures.known("soutien_projets_non_murs_eur"):
        yield figures.say(
            "Aux conseils : faire mûrir les projets qui leur sont confiés ; {soutien_projets_non_murs_eur} de soutien "
            "en dépendent."
        )
    yield context.agree(
        "rapprochements_a_trancher",
        none="",
        one="Aux partenaires : dire si la ligne de leur liste est bien ce projet ({rapprochements_a_trancher}).",
        many="Aux partenaires : trancher {rapprochements_a_trancher:mots}, dont dépend la part des projets inconnus.",
    )
    found, end = result.reading, result.law_end
    if found is not None and end is not None and found.published and end >= result.on:
        code = code_of(found.reading.value, "apres_fin_eur")
        if figures.value(code):
            yield figures.say(
                f"Aux financeurs : décider avant le {{end}}, fin d'un texte de droit ; {{{code}}} seraient décidés "
                "après.",
                end=end,
            )


def calendar(context: Context) -> Section:
    """What comes when, and whose it is; a day that is over and that somebody owed an answer for is said to be over."""
    rows = sorted(_days(context), key=lambda row: (row[0], row[1]))
    late = any(day < context.result.on for day, _, _ in rows)
    return Section(
        title="Calendrier",
        anchor="calendrier",
        blocks=(
            Paragraph(text=plain("Les dates à tenir, dans l'ordre ; chacune a qui en répond.") if rows else ()),
            Table(
                caption="Échéances passées et à venir" if late else "Prochaines échéances",
                header=("Date", "Échéance", "Qui"),
                rows=tuple(((day,), (Quote(text=what),), (Quote(text=who),)) for day, what, who in rows),
                shares=(0.2, 0.45, 0.35),
            ),
        ),
    )


def _days(context: Context) -> Iterator[tuple[date, str, str]]:
    result = context.result
    settings = result.census.settings
    if not result.projects:
        return
    if settings.committee_on >= result.on:
        yield settings.committee_on, "Comité de pilotage", "Comité"
    if settings.announcement.embargo_until is not UNKNOWN and settings.announcement.embargo_until >= result.on:
        yield settings.announcement.embargo_until, "Fin de l'embargo du communiqué", "Équipe de la mission"
    if result.law_end is not None and result.law_end >= result.on:
        yield result.law_end, "Fin d'un texte dont dépendent des aides", "Financeurs"
    first: dict[str, date] = {}
    for project in result.projects:
        for referral in project.referrals:
            day = first.get(referral.organisation)
            first[referral.organisation] = min(day, referral.due_on) if day else referral.due_on
    for day in dict.fromkeys(first.values()):
        who = [context.organisation(code) for code, due in first.items() if due == day]
        yield day, f"Première échéance des projets orientés{_over(day, result.on)}", listed(who)
    yield from _roadmap_days(context)


def _roadmap_days(context: Context) -> Iterator[tuple[date, str, str]]:
    """Of what was adopted; without it, of what is proposed."""
    adopted = [
        (found.action.ends_on, found.action.axis, found.action.owner) for found in in_order(context.result.adopted)
    ]
    proposed = [(action.due_on, action.axis, action.owner) for action in context.result.roadmap if action.answers]
    found = [(day, axis, owner) for day, axis, owner in adopted or proposed if isinstance(day, date)]
    state = "adoptée" if adopted else "proposée"
    axes = context.result.labels.axes
    for day in dict.fromkeys(day for day, _, _ in found):
        mine = [(axis, owner) for due, axis, owner in found if due == day]
        owners = listed(list(dict.fromkeys(context.organisation(owner) for _, owner in mine if owner)))
        words = f"Action {state}" if len(mine) == 1 else f"Actions {state}s"
        subjects = dict.fromkeys(axes.get(axis, axis).lower() for axis, _ in mine)
        told = f"{words} de la feuille de route : {', '.join(subjects)}{_over(day, context.result.on)}"
        yield day, told, owners or "Pilote à désigner"


def _over(day: date, on: date) -> str:
    return " (passée)" if day < on else ""
