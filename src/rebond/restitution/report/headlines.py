"""What each chapter found, in one line: its title. Nothing where there is nothing to say."""

from __future__ import annotations

from rebond.restitution.contents import Quote, Text
from rebond.restitution.report.context import Context, group_name


def met(context: Context) -> Text:
    """Whom the mission met, and what it recorded."""
    return (
        *context.inflected(
            "entreprises_rencontrees",
            "{entreprises_rencontrees:debut} rencontrée[|s]",
            none="{entreprises_rencontrees:debut} n'a encore été rencontrée",
        ),
        *context.inflected("projets_recenses", ", {projets_recenses:mots} recensé[|s]", none=" ; aucun projet recensé"),
    )


def unknown(context: Context) -> Text:
    """How many projects nobody knew."""
    figures = context.figures
    if not figures.known("projets_recenses"):
        return ()
    if not figures.known("partenaires_consultes"):
        return ("Personne n'a encore dit qui connaissait ces projets",)
    return context.inflected(
        "projets_inconnus",
        "{projets_inconnus:debut} [n'était connu|n'étaient connus] d'aucun partenaire",
        none="Le projet recensé était déjà connu d'un partenaire"
        if figures.value("projets_recenses") == 1
        else "Chaque projet recensé était déjà connu d'un partenaire",
    )


def invested(context: Context) -> Text:
    """What the projects cost, and the jobs that they would bring."""
    figures = context.figures
    if not figures.known("investissement_eur"):
        return ()
    jobs = " et {emplois_crees:a_creer}" if figures.known("emplois_crees") else ""
    whose = "Un projet" if figures.value("projets_recenses") == 1 else "Des projets"
    return figures.say(f"{whose} pour {{investissement_eur:plus_de}} d'investissement{jobs}")


def money(context: Context) -> Text:
    """How much can be asked for at once, of all that the plans find."""
    figures = context.figures
    if not figures.known("besoin_eur"):
        return ()
    if not figures.known("soutien_utile_eur"):
        return ("Aucun soutien chiffré ne répond encore au besoin",)
    if not figures.known("soutien_ferme_eur"):
        return figures.say("Aucun soutien n'est encore ferme ; soutien possible : {soutien_utile_eur:millions}")
    return figures.say(
        "{soutien_ferme_eur:millions} à demander dès maintenant, sur {soutien_utile_eur:millions} de soutien possible"
    )


def envelope(context: Context) -> Text:
    """What is proposed on the envelope; what was retained, only once it is decided."""
    figures = context.figures
    if not figures.known("enveloppe_eur") or not figures.known("projets_recenses"):
        return ()
    if context.decided:
        return context.inflected(
            "projets_retenus",
            "{projets_retenus:debut} retenu[|s], pour {enveloppe_engagee_eur:millions}",
            none="Le comité n'a retenu aucun projet",
        )
    of = context.of_envelopes if context.result.calls else "d'une enveloppe de {enveloppe_eur:millions}"
    return context.inflected(
        "projets_proposes",
        f"{{projets_proposes:debut}} proposé[|s], pour {{enveloppe_proposee_eur:millions}} {of}",
        none="{projets_proposes:debut} n'est proposé sur l'enveloppe",
    )


def ways_out(context: Context) -> Text:
    """Whether somebody is left without a next step."""
    figures = context.figures
    if not figures.known("projets_recenses"):
        return ()
    whose = "Le projet" if figures.value("projets_recenses") == 1 else "Chaque projet"
    return context.inflected(
        "projets_sans_suite",
        "{projets_sans_suite:debut} reste[|nt] sans suite",
        none=f"{whose} repart avec une suite, un responsable et une date",
    )


def actions(context: Context) -> Text:
    """How many actions answer the needs heard, and the first subject."""
    if context.result.adopted:
        return context.inflected("actions_adoptees", "{actions_adoptees:debut} adoptée[|s]")
    told = context.inflected(
        "actions_feuille_de_route", "{actions_feuille_de_route:debut} répond[|ent] aux besoins entendus"
    )
    return (*told, *_first_subject(context)) if told else ()


def _first_subject(context: Context) -> Text:
    """The subject most often heard; nothing where two are as often: none of them comes first."""
    axes = sorted(context.figures.family("axe"), key=lambda each: -each.value)
    if not axes or not axes[0].value or (len(axes) > 1 and axes[1].value == axes[0].value):
        return ()
    which = "premier sujet" if len(axes) > 1 else "sujet"
    return (f" ; {which} : ", Quote(text=group_name(axes[0]).lower()))
