"""What is asked of the committee, said once: the report and the deck ask it in the same words."""

from __future__ import annotations

from collections.abc import Mapping

from rebond.restitution.contents import Text
from rebond.restitution.report.context import Context


def asked_of_committee(context: Context) -> Mapping[str, Text]:
    """Each decision that only the committee can take, by what it is about; empty once it is taken, or has no row."""
    figures = context.figures
    open_call = not context.decided and figures.known("enveloppe_eur")
    of = "des enveloppes" if context.result.calls else "de l'enveloppe"
    return {
        "selection": context.inflected(
            "projets_proposes",
            f"Retenir, ou non, [le projet proposé|les {{projets_proposes:mots}} proposés] sur {context.envelopes} : "
            "{enveloppe_proposee_eur} sur {enveloppe_eur}.",
        )
        if open_call
        else (),
        "reste": figures.say(f"Dire l'emploi de ce que la proposition laisse {of} : {{enveloppe_disponible_eur}}.")
        if open_call and figures.known("projets_proposes") and figures.known("enveloppe_disponible_eur")
        else (),
        "financeurs": context.inflected(
            "projets_orientes_financeurs",
            "Valider l'envoi de {projets_orientes_financeurs:mots} aux financeurs désignés.",
        ),
        "conseil": context.inflected("projets_accompagnes", "Confier {projets_accompagnes:mots} à un conseil."),
        "feuille_de_route": context.inflected(
            "actions_feuille_de_route",
            "Adopter, ou écarter, {actions_feuille_de_route:mots} de la feuille de route, et désigner "
            "[son pilote|un pilote par action].",
        )
        if not context.result.adopted
        else (),
        "rapprochements": context.inflected(
            "rapprochements_a_trancher",
            "Aider à trancher {rapprochements_a_trancher:mots} avec les listes des partenaires.",
        ),
    }
