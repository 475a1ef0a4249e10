"""The press release that closes a mission: done, found, proposed or decided; every number is an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rebond.facts import UNKNOWN, Announcement, Maybe
from rebond.indicators.counted import held_interviews
from rebond.indicators.readings import code_of
from rebond.portfolio.call import CallStatus
from rebond.portfolio.standing import Standing, standing
from rebond.referrals.orient import ReferralKind
from rebond.restitution.contents import (
    Document,
    Paragraph,
    Period,
    Piece,
    Quote,
    Section,
    Text,
    pruned,
    to_fill,
)
from rebond.restitution.editions import PRESS
from rebond.restitution.embargo import embargo_of
from rebond.restitution.report.context import Context
from rebond.restitution.report.stack import money_sentence
from rebond.restitution.typography import listed
from rebond.results import MissionResult

_GROUPS = (
    (frozenset({"operateur_etat", "operateur_formation"}), "des opérateurs de l'État"),
    (frozenset({"etat"}), "des services de l'État"),
    (frozenset({"financeur_local", "epci"}), "des financeurs locaux"),
)
_OTHERS = "d'autres partenaires"
LEAD = "chapeau"
"""The name of its first paragraph, printed in bold."""
DRAFT = "Projet de communiqué — propositions non décidées"


def collect_press_release(result: MissionResult) -> Document:
    """The contents of the press release, dated the day of the committee; a draft as long as nothing is decided."""
    context = Context.of(result, PRESS)
    settings = result.census.settings
    told = settings.announcement
    return pruned(
        Document(
            title=f"Rebond Industriel : ce que la mission laisse aux industriels {context.of_territory.text}",
            subtitle="Communiqué de presse" if context.decided else DRAFT,
            place=told.place or ("" if context.decided else to_fill("lieu")),
            dated=settings.committee_on,
            fictitious=settings.fictitious,
            draft=not context.decided,
            ahead=tuple(_ahead(context, told)),
            logos=told.logos,
            sections=(
                Section(
                    title="",
                    anchor="communique",
                    blocks=tuple(
                        Paragraph(text=text, lead=name == LEAD) for name, text in release_parts(result).items()
                    ),
                ),
            ),
        )
    )


def release_parts(result: MissionResult) -> Mapping[str, Text]:
    """Its paragraphs, each under the name that a template calls it by; one with nothing to say is empty."""
    context = Context.of(result, PRESS)
    told = result.census.settings.announcement
    return {
        LEAD: _committee(context),
        "programme": _programme(context, told),
        "apport": _brought(context),
        "rencontres": _joined(_interviews(context), _unknown(context)),
        "enjeux": _stakes(context),
        "soutien": money_sentence(context),
        "decision": _retained(context) if context.decided else _proposed(context),
        "citation": _quotation(context, told.quote, told.quoted, "citation"),
        "orientation": _joined(_oriented(context), _advised(context)),
        "droit": _law(context),
        "seconde_citation": _quotation(context, told.second_quote, told.second_quoted, ""),
        "feuille_de_route": _joined(_roadmap(context), _closing(context)),
        "contact": _contact(context, told.press_contact),
    }


def release_embargo(result: MissionResult) -> str:
    """Until when it is not to be told; in a draft, that nobody said it; empty for one that is out at once."""
    return _embargo_words(Context.of(result, PRESS), result.census.settings.announcement)


def _committee(context: Context) -> Text:
    settings = context.result.census.settings
    epcis = Quote(text=listed([context.result.labels.epcis.get(code, code) for code in settings.epcis]))
    return context.figures.say(
        "Le comité de pilotage de la mission « Rebond Industriel » {territory} {verb} le {day} pour recevoir le bilan "
        "des travaux menés dans les entreprises du territoire ({epcis}) et examiner la suite donnée à chaque projet.",
        territory=context.of_territory,
        verb=context.meets,
        day=settings.committee_on,
        epcis=epcis,
    )


def _joined(*sentences: Text) -> Text:
    """Sentences of one paragraph; those that have nothing to say are not there."""
    found: list[Piece] = []
    for sentence in filter(None, sentences):
        found += [" ", *sentence] if found else sentence
    return tuple(found)


def _ahead(context: Context, told: Announcement) -> Iterator[str]:
    """Above the title: until when it is not to be told; in a draft, which logos lack."""
    if not told.logos and not context.decided:
        yield to_fill("logos de l'État et des partenaires")
    if embargo := _embargo_words(context, told):
        yield embargo


def _embargo_words(context: Context, told: Announcement) -> str:
    """Until when it is not to be told; what is to be settled, in a draft that says nothing of it."""
    if embargo := embargo_of(told.embargo_until, told.embargo_hour):
        return f"Sous embargo {embargo.words}"
    return "" if context.decided else to_fill("embargo ou « diffusion immédiate »")


def _quotation(context: Context, words: Maybe[str], who: Maybe[str], lacks: str) -> Text:
    """Somebody's own words; without them a draft says that they lack, and a release nothing."""
    if words is UNKNOWN:
        return (Quote(text=to_fill(f"{lacks} et son auteur")),) if lacks and not context.decided else ()
    author = to_fill("auteur de la citation") if who is UNKNOWN else who
    return (
        Quote(text=f"« {words.strip(' «»')} »"),
        ", déclare ",
        Quote(text=author),
        ".",
    )


def _contact(context: Context, contact: Maybe[str]) -> Text:
    if contact is UNKNOWN:
        return () if context.decided else (Quote(text=to_fill("contact presse")),)
    return ("Contact presse : ", Quote(text=contact))


def _programme(context: Context, told: Announcement) -> Text:
    """The programme in the words of the mission."""
    if told.programme is not UNKNOWN:
        return (Quote(text=told.programme),)
    return () if context.decided else (Quote(text=to_fill("contexte du programme")),)


def _brought(context: Context) -> Text:
    settings = context.result.census.settings
    operators = dict.fromkeys(context.result.organisation_name(call.operator) for call in settings.every_call)
    operator = Quote(text=listed(list(operators)))
    are = "est l'opérateur" if len(operators) == 1 else "sont les opérateurs"
    held = (
        "des enveloppes, {enveloppe_eur:millions} en tout"
        if context.result.calls
        else "une enveloppe de {enveloppe_eur:millions}"
    )
    envelope = f" et {held}, dont {{operator}} {are}" if context.figures.known("enveloppe_eur") else ""
    return context.figures.say(
        "Portée par France 2030, cette mission réunit l'État, la Région, les élus et les industriels. Elle apporte aux "
        "entreprises une ingénierie qu'elles n'ont pas toujours en interne, pour mieux financer leurs "
        f"investissements{',' if envelope else ''}{envelope}.",
        operator=operator,
    )


def _interviews(context: Context) -> Text:
    days = [interview.held_on for interview in held_interviews(context.result)]
    if not days:
        return ()
    found = context.inflected(
        "projets_recenses",
        " et recensé {projets_recenses:mots} d'investissement.",
        none=" ; aucun projet d'investissement n'a été recensé.",
    )
    met = context.figures.say(
        "Les consultants de la mission ont parcouru les ateliers {period}. Ils ont rencontré "
        "{entreprises_rencontrees:mots}",
        period=Period(start=min(days), end=max(days)),
    )
    return (*met, *found)


def _unknown(context: Context) -> Text:
    figures = context.figures
    if not figures.known("projets_recenses") or not figures.known("partenaires_consultes"):
        return ()
    if figures.value("projets_recenses") == 1:
        return context.agree(
            "projets_inconnus",
            none="Ce projet était déjà suivi par un partenaire public.",
            one="Ce projet n'était encore connu d'aucun partenaire public."
            if figures.value("projets_inconnus")
            else "Rien ne dit encore si un partenaire public connaissait ce projet.",
            many="",
        )
    every = figures.value("projets_inconnus") == figures.value("projets_recenses")
    return (
        *context.agree(
            "projets_inconnus",
            none="Tous ces projets étaient déjà suivis par un partenaire public.",
            one="{projets_inconnus:debut} n'était encore connu d'aucun partenaire public.",
            many="Les pouvoirs publics n'avaient connaissance d'aucun de ces projets."
            if every
            else "Les pouvoirs publics n'avaient pas connaissance {part_projets_inconnus:de_fraction} d'entre eux, "
            "soit {projets_inconnus:mots}.",
        ),
        *context.inflected(
            "rapprochements_a_trancher",
            " {rapprochements_a_trancher:debut} avec les listes des partenaires reste[|nt] à trancher.",
        ),
    )


def _stakes(context: Context) -> Text:
    figures = context.figures
    if not figures.known("projets_recenses"):
        return ()
    invested = (
        "La recherche de financements a porté sur des investissements productifs de {investissement_eur:plus_de}"
        if figures.known("investissement_eur")
        else "Le coût de ces projets reste à chiffrer"
        if figures.value("projets_recenses") > 1
        else "Le coût de ce projet reste à chiffrer"
    )
    if figures.indicator("emplois_crees").absent:
        return figures.say(f"{invested}. Les entreprises n'ont pas encore chiffré les emplois à créer.")
    jobs = ", avec {emplois_crees:a_creer}" if figures.known("emplois_crees") else ""
    return figures.say(f"{invested}{jobs}.")


def _proposed(context: Context) -> Text:
    """What is put before the committee: it is not decided, and no word says that it is."""
    if not context.figures.known("projets_recenses") or not context.figures.known("enveloppe_eur"):
        return ()
    jobs = " et {emplois_proposes:a_creer}" if context.figures.known("emplois_proposes") else ""
    begun = " Une partie des décisions est déjà rendue." if context.result.census.decisions else ""
    return context.agree(
        "projets_proposes",
        none="{projets_proposes:debut} n'est proposé à ce stade sur l'enveloppe : elle ne finance qu'en dernier "
        "recours.",
        one="{projets_proposes:debut} est proposé au comité, pour une aide de {enveloppe_proposee_eur:millions} sur "
        f"l'enveloppe. Le comité décide.{begun}",
        many="{projets_proposes:debut} sont proposés au comité, pour {enveloppe_proposee_eur:millions} d'aides sur "
        f"l'enveloppe, des investissements de {{investissement_propose_eur:plus_de}}{jobs}. Le comité décide.{begun}",
    )


def _retained(context: Context) -> Text:
    """What the committee decided, once its decisions are recorded."""
    jobs = " et {emplois_retenus:a_creer}" if context.figures.known("emplois_retenus") else ""
    return context.agree(
        "projets_retenus",
        none="Le comité n'a retenu aucun projet sur l'enveloppe.",
        one="{projets_retenus:debut} est retenu par le comité, pour une aide de {enveloppe_engagee_eur:millions} sur "
        f"l'enveloppe.{_not_granted_yet(context)}",
        many="{projets_retenus:debut} sont retenus par le comité, pour {enveloppe_engagee_eur:millions} d'aides sur "
        f"l'enveloppe{jobs}.{_not_granted_yet(context)}",
    )


def _not_granted_yet(context: Context) -> str:
    """What an announcement owes to say: that nothing is granted yet, and that a part is not the whole."""
    census = context.result.census
    settings = census.settings
    places = {standing(decision, settings.call(decision.call).calendar) for decision in census.decisions}
    said = ""
    if Standing.BLOCKED in places:
        said += " La décision nationale est suspendue : ces aides ne sont pas toutes accordées."
    elif Standing.WAITING in places:
        said += " La décision nationale est attendue : ces aides ne sont pas toutes accordées."
    parts = [call.pays_part for call in settings.every_call]
    if all(parts):
        said += " L'enveloppe paie une part de chaque besoin : le reste du financement est encore cherché."
    elif any(parts):
        who = "Un des appels paie" if sum(parts) == 1 else "Plusieurs appels paient"
        said += f" {who} une part de chaque besoin : le reste du financement est encore cherché."
    return said


def _oriented(context: Context) -> Text:
    if not context.figures.value("projets_orientes_financeurs"):
        return ()
    groups = _funders(context)
    whose = Quote(text="ceux " + listed([f"{who} ({listed(names)})" for who, names in groups]))
    return context.inflected(
        "projets_orientes_financeurs",
        "{projets_orientes_financeurs:debut} [est orienté|sont orientés] vers des dispositifs existants : {whose}.",
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
    return context.inflected(
        "projets_accompagnes",
        "{projets_accompagnes:debut}, moins avancé[|s], [sera conseillé et accompagné|seront conseillés et "
        "accompagnés] par des experts : {names}.",
        names=names,
    )


def _roadmap(context: Context) -> Text:
    codes = dict.fromkeys(action.axis for action in context.result.roadmap if action.answers)
    axes = [context.result.labels.axes.get(code, code) for code in codes]
    if not axes:
        return ()
    if context.result.adopted:
        return context.inflected(
            "actions_adoptees",
            "Une feuille de route prolonge la mission : {actions_adoptees:mots} [est adoptée|sont adoptées].",
        )
    words = Quote(text=", ".join(axis[:1].lower() + axis[1:] for axis in axes))
    return context.agree(
        "actions_feuille_de_route",
        none="",
        one="Une feuille de route prolonge la mission : {actions_feuille_de_route:mots} répond aux besoins que les "
        "industriels ont exprimés ({axes}).",
        many="Une feuille de route prolonge la mission : {actions_feuille_de_route:mots} répondent aux besoins que les "
        "industriels ont exprimés ({axes}).",
        axes=words,
    )


def _closing(context: Context) -> Text:
    if context.figures.value("projets_sans_suite") or not context.figures.known("projets_recenses"):
        return ()
    if context.figures.value("projets_recenses") == 1:
        return ("Le projet repart avec une prochaine étape, un responsable et une date.",)
    return context.figures.say(
        "{projets_sans_suite:debut} ne reste sans suite : chacun repart avec une prochaine étape, un responsable "
        "et une date."
    )
