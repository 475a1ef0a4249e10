"""The money, the envelope, the projects put before the committee."""

from __future__ import annotations

from collections.abc import Iterator

from rebond.portfolio.call import CallStatus
from rebond.restitution.code_names import UNNAMED
from rebond.restitution.contents import Quote, Table, Text, plain
from rebond.restitution.deck.model import Kind, NativeChart, Series, Slide
from rebond.restitution.report.context import Context, commune_name, firm_name, group_name, named
from rebond.restitution.report.stack import LEVELS, USEFUL
from rebond.restitution.svg import Tone
from rebond.restitution.typography import sentence_case
from rebond.results import ProjectResult

ROWS = 7
"""Projects that the table of a slide holds."""
_REASONS = 5
"""Candidates with their reason that it holds."""
_LONGEST_REASON = 130


def money(context: Context) -> Slide:
    """The need, and what answers it, the nearest to a signature first."""
    figures = context.figures
    if not figures.known("besoin_eur"):
        return Slide(key="financement", title=())
    if not figures.known(USEFUL):
        title = figures.say("Aucun soutien chiffré ne répond encore au besoin, {besoin_eur:court}")
    elif figures.known("soutien_ferme_eur"):
        title = figures.say(
            "Le soutien utile irait jusqu'à {soutien_utile_eur:court} pour un besoin de {besoin_eur:court} ; "
            "{soutien_ferme_eur} peuvent être demandés dès maintenant"
        )
    else:
        title = figures.say(
            "Le soutien utile irait jusqu'à {soutien_utile_eur:court} pour un besoin de {besoin_eur:court} ; rien ne "
            "remplit encore toutes ses conditions"
        )
    parts = [(code, label, tone) for code, label, tone in LEVELS if figures.known(code)]
    rest = figures.indicator("reste_a_financer_eur")
    if rest.most:
        parts.append((rest.code, f"Reste à financer{f', {rest.bound}' if rest.bound else ''}", Tone.NEUTRAL))
    chart = NativeChart(
        kind=Kind.STACK,
        title="Du besoin au soutien",
        head="Besoin",
        unit="€",
        categories=("Besoin",),
        series=tuple(
            Series(name=label, values=(figures.figure(code, "entier"),), tone=tone) for code, label, tone in parts
        ),
    )
    bullets = (
        _waiting(context),
        plain("Droit à relire : un chiffre que personne n'a encore vérifié dans un texte.")
        if figures.known("soutien_droit_non_relu_eur")
        else (),
        plain("Projets non mûrs : ils ne peuvent pas encore déposer de demande.")
        if figures.known("soutien_projets_non_murs_eur")
        else (),
    )
    return Slide(
        key="financement",
        title=title,
        bullets=tuple(filter(None, bullets)),
        chart=chart,
        source=plain(
            "En euros. Ferme : conditions connues remplies, droit relu, projet mûr ; aucun financeur ne s'est prononcé."
        ),
        notes=(
            plain("Un soutien ferme reste à demander. Les quatre niveaux font le soutien utile, au plus le besoin."),
        ),
    )


def _waiting(context: Context) -> Text:
    if not context.figures.known("soutien_sous_conditions_eur"):
        return ()
    return context.agree(
        "questions_ouvertes",
        none="Sous conditions : une réponse ou une pièce manque.",
        one="Sous conditions : {questions_ouvertes:mots} attend une réponse.",
        many="Sous conditions : {questions_ouvertes:mots} attendent une réponse.",
    )


_PLACES = (
    ("projets_appel_finance_ailleurs", "finançable sans l'enveloppe", "finançables sans l'enveloppe"),
    ("projets_appel_non_retenu", "candidat, non proposé", "candidats, non proposés"),
    ("projets_appel_non_admis", "hors des conditions de l'appel", "hors des conditions de l'appel"),
)


def envelope(context: Context) -> Slide:
    """Where the envelope goes, and what it leaves."""
    figures = context.figures
    if not figures.known("enveloppe_eur"):
        return Slide(key="enveloppe", title=())
    used = "enveloppe_engagee_eur" if context.decided else "enveloppe_proposee_eur"
    word = "retenus" if context.decided else "proposés"
    whole, pay = (
        ("Les appels, {enveloppe_eur:millions} en tout,", "paient")
        if context.result.calls
        else ("L'enveloppe de {enveloppe_eur:millions}", "paie")
    )
    if figures.known(used):
        title = figures.say(f"{whole} {pay} ce qu'aucun autre soutien ne paie : {{{used}}} {word}")
    else:
        title = figures.say(f"{whole.rstrip(',')} : aucun montant n'est encore {word[:-1]}")
    parts = [(used, f"Montants {word}", Tone.STRONG)]
    if not context.decided and figures.known("enveloppe_disponible_eur"):
        parts.append(("enveloppe_disponible_eur", "Reste après la proposition", Tone.PALE))
    shown = [part for part in parts if figures.known(part[0])]
    chart = NativeChart(
        kind=Kind.STACK,
        title=f"Emploi de l'enveloppe : montants {word} et reste",
        head="Enveloppe",
        unit="€",
        categories=("Enveloppe",),
        series=tuple(Series(name=label, values=(figures.figure(code),), tone=tone) for code, label, tone in shown),
    )
    places = [
        context.agree(code, none="", one=f"{{{code}:debut}} : {one}.", many=f"{{{code}:debut}} : {many}.")
        for code, one, many in _PLACES
        if any(i.code == code and i.value for i in figures.family("appel"))
    ]
    payers = [
        figures.say(f"{{name}} : {{{i.code}}}.", name=Quote(text=group_name(i))) for i in figures.family("enveloppe")
    ]
    return Slide(
        key="enveloppe",
        title=title,
        bullets=(*(payers if len(payers) <= 3 else ()), *places),  # noqa: PLR2004 - what a slide holds
        chart=chart,
        source=plain("En euros. Source : règles de l'appel et plans des projets, calculés ensemble."),
    )


def proposed(context: Context) -> Iterator[Slide]:
    """The projects proposed for the envelope, or retained once the committee decided: as many slides as they need."""
    rows = _decided_rows(context) if context.decided else [_row(context, p) for p in context.retained()]
    pages = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
    for rank, page in enumerate(pages):
        yield Slide(
            key=f"projets-{rank + 1}",
            title=_proposed_title(context, following=rank > 0),
            table=Table(
                caption="Projets retenus par le comité"
                if context.decided
                else f"Projets proposés sur {context.envelopes}",
                header=_HEAD if not context.decided else (*_HEAD[:-1], "Décidé"),
                rows=tuple(page),
                numbers=frozenset({3, 4, 5}),
                shares=(0.32, 0.19, 0.13, 0.14, 0.1, 0.12),
            ),
            source=plain(
                "Décisions enregistrées du comité."
                if context.decided
                else "Du plus au moins bien noté. Investissement hors taxes. L'étude propose, le comité décide."
            ),
        )


_HEAD = ("Projet", "Entreprise", "Commune", "Investissement", "Emplois", "Enveloppe")


def _row(context: Context, p: ProjectResult, amount: str = "enveloppe_proposee_eur") -> tuple[Text, ...]:
    figures = context.figures
    return (
        named(p),
        firm_name(p),
        commune_name(p),
        figures.cell("investissement_eur", p.project.id, absent="à chiffrer"),
        figures.cell("emplois_crees", p.project.id),
        figures.cell(amount, p.project.id),
    )


def _decided_rows(context: Context) -> list[tuple[Text, ...]]:
    projects = {p.project.id: p for p in context.result.projects}
    kept = [each for each in context.result.census.decisions if each.outcome.value == "retenu"]
    return [_row(context, projects[each.project_id], "enveloppe_engagee_eur") for each in kept]


def _proposed_title(context: Context, *, following: bool) -> Text:
    suite = " (suite)" if following else ""
    if context.decided:
        return context.agree(
            "projets_retenus",
            none="Aucun projet retenu",
            one=f"{{projets_retenus:debut}} est retenu par le comité{suite}",
            many=f"{{projets_retenus:debut}} sont retenus par le comité{suite}",
        )
    return context.agree(
        "projets_proposes",
        none="Aucun projet proposé",
        one=f"{{projets_proposes:debut}} est proposé : aucun autre soutien ne suffit à le financer{suite}",
        many=f"{{projets_proposes:debut}} sont proposés : aucun autre soutien ne suffit à les financer{suite}",
    )


def left_out(context: Context) -> Slide:
    """Candidates that are not proposed: each is owed a reason."""
    left = [
        p for p in context.result.projects if p.decision.status is CallStatus.NOT_RETAINED and p.firm.name != UNNAMED
    ]
    if context.decided or not left or not context.figures.known("projets_appel_non_retenu"):
        return Slide(key="candidats", title=())
    return Slide(
        key="candidats",
        title=context.agree(
            "projets_appel_non_retenu",
            none="",
            one="{projets_appel_non_retenu:debut}, candidat, n'est pas proposé : en voici le motif",
            many="{projets_appel_non_retenu:debut} candidats ne sont pas proposés : en voici les motifs"
            if len(left) <= _REASONS
            else "{projets_appel_non_retenu:debut} candidats ne sont pas proposés : les premiers motifs",
        ),
        table=Table(
            caption="Candidats non proposés et motif",
            header=("Projet", "Entreprise", "Motif"),
            rows=tuple((named(p), firm_name(p), (Quote(text=_reason(p)),)) for p in left[:_REASONS]),
            shares=(0.3, 0.2, 0.5),
        ),
        source=plain(
            "Les premiers candidats ; tous sont au rapport, avec leur motif entier."
            if len(left) > _REASONS
            else "Motifs de l'étude."
        ),
    )


def _reason(p: ProjectResult) -> str:
    """As many of its clauses as a cell holds, each whole: the report has them all."""
    words = ""
    for clause in (part for reason in p.decision.reasons for part in reason.split(" ; ")):
        longer = f"{words} ; {clause}" if words else clause
        if len(longer) > _LONGEST_REASON:
            break
        words = longer
    whole = sentence_case(words or " ; ".join(p.decision.reasons))
    return whole if len(whole) <= _LONGEST_REASON else f"{whole[:_LONGEST_REASON].rsplit(' ', 1)[0]}…"
