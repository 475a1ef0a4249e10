"""The press release that closes a mission: what was done, found, retained, oriented; every number is an indicator."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.indicators.readings import code_of
from rebond.portfolio.call import CallStatus
from rebond.referrals.orient import ReferralKind
from rebond.restitution.contents import Document, Paragraph, Period, Quote, Section, Text
from rebond.restitution.report.context import Context
from rebond.restitution.typography import listed
from rebond.results import MissionResult

_GROUPS = (
    (frozenset({"operateur_etat", "operateur_formation"}), "des opérateurs de l'État"),
    (frozenset({"etat"}), "des services de l'État"),
    (frozenset({"financeur_local", "epci"}), "des financeurs locaux"),
)
_OTHERS = "d'autres partenaires"


def collect_press_release(result: MissionResult) -> Document:
    """The contents of the press release, dated the day of the committee."""
    context = Context.of(result, places=(), points={})
    settings = result.census.settings
    paragraphs = (
        _committee(context),
        _programme(context),
        _interviews(context),
        _unknown(context),
        _stakes(context),
        _retained(context),
        _oriented(context),
        _law(context),
        _advised(context),
        _roadmap(context),
        _closing(context),
    )
    return Document(
        title=f"Rebond Industriel : ce que la mission laisse aux industriels de {settings.territory}",
        subtitle="Communiqué de presse",
        place=settings.territory,
        dated=settings.committee_on,
        fictitious=settings.fictitious,
        sections=(
            Section(
                title="",
                anchor="communique",
                blocks=tuple(
                    Paragraph(text=text, lead=rank == 0) for rank, text in enumerate(filter(None, paragraphs))
                ),
            ),
        ),
    )


def _committee(context: Context) -> Text:
    settings = context.result.census.settings
    epcis = Quote(text=listed([context.result.labels.epcis.get(code, code) for code in settings.epcis]))
    return context.figures.say(
        "Le comité de pilotage de la mission « Rebond Industriel » de {territory} s'est réuni le {day} pour "
        "recevoir le bilan "
        "des travaux menés dans les entreprises du territoire ({epcis}) et examiner la suite donnée à chaque projet.",
        territory=Quote(text=settings.territory),
        day=settings.committee_on,
        epcis=epcis,
    )


def _programme(context: Context) -> Text:
    settings = context.result.census.settings
    operator = Quote(text=context.result.organisation_name(settings.envelope.operator))
    return context.figures.say(
        "Portée par France 2030, cette mission réunit l'État, la Région, les élus et les industriels. Elle apporte aux "
        "entreprises une ingénierie qu'elles n'ont pas toujours en interne, pour mieux financer leurs "
        "investissements, et une "
        "enveloppe de {enveloppe_eur:millions}, dont {operator} est l'opérateur.",
        operator=operator,
    )


def _interviews(context: Context) -> Text:
    days = [interview.held_on for interview in context.result.census.interviews]
    if not days:
        return ()
    return context.figures.say(
        "Les consultants de la mission ont parcouru les ateliers {period}. Ils ont rencontré "
        "{entreprises_rencontrees:nombre} industriels et recensé avec eux {projets_recenses:mots} d'investissement.",
        period=Period(start=min(days), end=max(days)),
    )


def _unknown(context: Context) -> Text:
    return (
        *context.agree(
            "projets_inconnus",
            none="Tous ces projets étaient déjà suivis par un partenaire public : {projets_inconnus:mots} n'était "
            "ignoré.",
            one="{projets_inconnus:debut} d'entre eux n'était encore connu d'aucun partenaire public.",
            many="Les pouvoirs publics n'avaient pas connaissance {part_projets_inconnus:de_fraction} d'entre eux, "
            "soit {projets_inconnus:mots}.",
        ),
        *context.agree(
            "rapprochements_a_trancher",
            none="",
            one=" {rapprochements_a_trancher:debut} avec les listes des partenaires reste à trancher.",
            many=" {rapprochements_a_trancher:debut} avec les listes des partenaires restent à trancher.",
        ),
    )


def _stakes(context: Context) -> Text:
    return context.figures.say(
        "La recherche de financements a porté sur {investissement_eur:plus_de} d'investissements productifs, avec un "
        "potentiel de {emplois_crees:nombre} créations d'emplois."
    )


def _retained(context: Context) -> Text:
    return context.agree(
        "projets_retenus",
        none="{projets_retenus:debut} n'est proposé à ce stade sur l'enveloppe : elle ne finance qu'en dernier "
        "recours.",
        one="{projets_retenus:debut} est d'ores et déjà retenu, pour une aide de {enveloppe_engagee_eur:millions} sur "
        "l'enveloppe.",
        many="{projets_retenus:debut} sont d'ores et déjà retenus, pour {enveloppe_engagee_eur:millions} d'aides sur "
        "l'enveloppe, {investissement_retenu_eur:plus_de} d'investissements et {emplois_retenus:mots} à créer.",
    )


def _oriented(context: Context) -> Text:
    if not context.figures.value("projets_orientes_financeurs"):
        return ()
    groups = _funders(context)
    whose = Quote(text=" ; ".join(f"ceux {who} ({listed(names)})" for who, names in groups))
    return context.agree(
        "projets_orientes_financeurs",
        none="",
        one="{projets_orientes_financeurs:debut} est orienté vers des dispositifs existants : {whose}.",
        many="{projets_orientes_financeurs:debut} sont orientés vers des dispositifs existants : {whose}.",
        whose=whose,
    )


def _law(context: Context) -> Text:
    """That some decisions come after the end of the text that allows them, in one sentence; empty when none does."""
    result = context.result
    found, end = result.reading, result.law_end
    if found is None or end is None or not found.published:
        return ()
    code = code_of(found.reading.value, "apres_fin_eur")
    if context.figures.value(code):
        return context.figures.say(
            f"Parmi les soutiens étudiés, {{{code}:millions}} seraient décidés après le {{end}}, date à laquelle le "
            "règlement européen qui les permet prend fin : ils attendent qu'il soit prorogé ou remplacé.",
            end=end,
        )
    if end < result.on:
        return context.figures.say(
            "Le règlement européen d'exemption a pris fin le {end} : les aides qu'il permettait ne sont pas comptées.",
            end=end,
        )
    return ()


def _funders(context: Context) -> Iterable[tuple[str, list[str]]]:
    """Organisations that the projects left out of the envelope go to, by role, the most solicited first."""
    sent = {
        referral.organisation
        for project in context.result.projects
        if project.decision.status is not CallStatus.RETAINED
        for referral in project.referrals
        if referral.kind is ReferralKind.FUNDERS
    }
    order = _by_number(context, sent)
    found: list[tuple[str, list[str]]] = []
    grouped: set[str] = set()
    for roles, who in _GROUPS:
        mine = [code for code in order if context.result.labels.roles.get(code, "") in roles]
        grouped.update(mine)
        if mine:
            found.append((who, [context.result.organisation_name(code) for code in mine]))
    rest = [context.result.organisation_name(code) for code in order if code not in grouped]
    return [*found, (_OTHERS, rest)] if rest else found


def _by_number(context: Context, codes: Iterable[str]) -> list[str]:
    counts = {
        code: sum(any(r.organisation == code for r in p.referrals) for p in context.result.projects) for code in codes
    }
    return sorted(counts, key=lambda code: (-counts[code], code))


def _advised(context: Context) -> Text:
    advisers = {
        referral.organisation
        for project in context.result.projects
        for referral in project.referrals
        if referral.kind is ReferralKind.ADVISER
    }
    if not advisers:
        return ()
    names = Quote(text=listed([context.organisation(code) for code in _by_number(context, advisers)]))
    return context.agree(
        "projets_accompagnes",
        none="",
        one="{projets_accompagnes:debut}, moins avancé, sera conseillé et accompagné par des experts : {names}.",
        many="{projets_accompagnes:debut}, moins avancés, seront conseillés et accompagnés par des experts : {names}.",
        names=names,
    )


def _roadmap(context: Context) -> Text:
    axes = [context.result.labels.axes.get(key, key) for key in dict.fromkeys(a.axis for a in context.result.roadmap)]
    if not axes:
        return ()
    words = ", ".join(axis[:1].lower() + axis[1:] for axis in axes)
    return context.figures.say(
        "Une feuille de route prolonge la mission. Ses {actions_feuille_de_route:mots} répondent aux besoins que les "
        "industriels ont exprimés : " + words + ".",
    )


def _closing(context: Context) -> Text:
    if context.figures.value("projets_sans_suite"):
        return ()
    return context.figures.say(
        "{projets_sans_suite:debut} ne reste sans suite : chacun repart avec une prochaine étape, un responsable "
        "et une date."
    )
