"""What everybody must have read: the mission in eight figures, and what the committee is asked to settle."""

from __future__ import annotations

from rebond.portfolio.robust.model import Status
from rebond.restitution.contents import Quote, Text, plain
from rebond.restitution.deck.model import Slide
from rebond.restitution.report.asked import asked_of_committee
from rebond.restitution.report.context import Context

_KEYS = (
    ("entreprises_rencontrees", "nombre"),
    ("projets_recenses", "nombre"),
    ("investissement_eur", "court"),
    ("emplois_crees", "court"),
    ("part_projets_inconnus", "court"),
    ("soutien_utile_eur", "court"),
    ("enveloppe_eur", "court"),
    ("projets_sans_suite", "court"),
)


_DEBATED = "discussion"
_ON_THE_SLIDE = ("selection", _DEBATED, "financeurs", "conseil", "feuille_de_route", "rapprochements")


def brief(context: Context) -> Slide:
    """The mission in brief."""
    figures = context.figures
    if not figures.known("projets_recenses"):
        title = figures.say("La mission a rencontré {entreprises_rencontrees:mots} et n'a pas recensé de projet")
    else:
        invested = ", soit {investissement_eur:plus_de}" if figures.known("investissement_eur") else ", à chiffrer"
        title = figures.say(
            f"{{entreprises_rencontrees:debut}}, {{projets_recenses:mots}} d'investissement recensés{invested}"
            if figures.most("projets_recenses") > 1
            else f"{{entreprises_rencontrees:debut}}, {{projets_recenses:mots}} d'investissement recensé{invested}"
        )
    # 0 project without a next step is the aim of the mission: it is shown as a result.
    shown = [
        (code, form)
        for code, form in _KEYS
        if figures.known(code) or (code == "projets_sans_suite" and figures.known("projets_recenses"))
    ]
    return Slide(
        key="bref",
        title=title,
        tiles=tuple((figures.figure(code, form), figures.indicator(code).heading) for code, form in shown),
        source=plain("Chaque chiffre est défini en commentaire de la diapositive qui le porte."),
        notes=(plain("Donner les chiffres, puis dire ce qui est demandé au comité."),),
    )


def asked(context: Context) -> Slide:
    """The decisions asked; once they are recorded, what the committee settled."""
    figures = context.figures
    if context.decided:
        title = context.agree(
            "projets_retenus",
            none="Le comité n'a retenu aucun projet sur l'enveloppe",
            one="Le comité a retenu {projets_retenus:mots}, pour {enveloppe_engagee_eur}",
            many="Le comité a retenu {projets_retenus:mots}, pour {enveloppe_engagee_eur}",
        )
    else:
        title = context.agree(
            "projets_proposes",
            none="Le comité est invité à valider la suite donnée à chaque projet",
            one="Le comité est invité à se prononcer sur {projets_proposes:mots}, pour {enveloppe_proposee_eur}",
            many="Le comité est invité à se prononcer sur {projets_proposes:mots}, pour {enveloppe_proposee_eur}",
        )
    found = asked_of_committee(context)
    borderline = () if context.decided else _borderline(context)
    bullets = [borderline if key == _DEBATED else found.get(key, ()) for key in _ON_THE_SLIDE]
    return Slide(
        key="decisions",
        title=title,
        bullets=tuple(filter(None, bullets)) if figures.known("projets_recenses") else (),
        source=plain(
            "Décisions enregistrées du comité."
            if context.decided
            else "Le comité décide ; l'étude propose. Rien n'est acquis avant l'enregistrement des décisions."
        ),
        notes=(plain("Faire prendre acte de chaque point ; les décisions s'enregistrent en séance."),),
    )


def _borderline(context: Context) -> Text:
    """The projects whose place rests on the weights: named, so that they are argued about."""
    every = [found for _, found in context.result.every_robustness]
    unsure = {name for found in every for name, status in found.statuses.items() if status is Status.BORDERLINE}
    names = [p.project.title for p in context.result.projects if p.project.id in unsure]
    if not names:
        return ()
    shown = ", ".join(f"« {name} »" for name in names[:3])
    rest = "" if len(names) <= 3 else " ; les autres sont au rapport"  # noqa: PLR2004 - what a slide holds
    return plain(f"Débattre de ceux dont la place dépend des poids des critères : {shown}{rest}.")


def reading(context: Context) -> Slide:
    """What the figures suppose: a committee must not learn it afterwards."""
    figures = context.figures
    lacking = [
        figures.say(f"{figures.indicator(code).label} : {{{code}:entier}}.")
        for code in ("emplois_crees", "besoin_eur", "reste_a_financer_eur")
        if figures.indicator(code).bound
    ]
    law = (
        figures.say("{soutien_droit_non_relu_eur} de soutien reposent sur un texte de droit qui reste à relire.")
        if figures.known("soutien_droit_non_relu_eur")
        else ()
    )
    open_ones = (
        figures.say("{questions_ouvertes:debut} sans réponse : {soutien_sous_conditions_eur} de soutien en dépendent.")
        if figures.known("questions_ouvertes")
        else ()
    )
    uncovered = (Quote(text=context.result.uncovered),) if context.result.uncovered else ()
    bullets = tuple(filter(None, (*lacking, open_ones, law, uncovered)))
    return Slide(
        key="reserves",
        title=plain("Ces montants sont des plafonds de droit : chaque financeur instruit et décide"),
        bullets=bullets,
        source=plain("« Au moins » et « au plus » : des réponses manquent ; rien n'est estimé à leur place."),
    )
