"""The money: legal financing plans, then the envelope and the projects proposed for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rebond.facts import UNKNOWN, CommitteeDecision, DecisionOutcome
from rebond.indicators.model import NOT_GIVEN
from rebond.indicators.readings import code_of
from rebond.portfolio.call import CallStatus
from rebond.portfolio.proof_words import selection_proof
from rebond.portfolio.robust.mission import MissionRobustness
from rebond.restitution.code_names import UNNAMED
from rebond.restitution.contents import Paragraph, Quote, Section, Table, Text, plain
from rebond.restitution.report.context import Context, commune_name, firm_name, group_name, named
from rebond.restitution.report.headlines import envelope, money
from rebond.restitution.report.stack import money_sentence, stack_drawing
from rebond.restitution.typography import sentence_case
from rebond.results import ProjectResult


def financing(context: Context) -> Section:
    """What the plans bring and how sure it is, in which forms, and what stays uncovered."""
    figures = context.figures
    lead = money_sentence(context)
    used = (
        figures.say(
            "Les plans font appel à {dispositifs_au_plan:mots}. Les montants sont ceux que permettent les règles "
            "publiées ; chaque financeur instruit et décide."
        )
        if figures.known("dispositifs_au_plan")
        else ()
    )
    levels = plain(
        "Un soutien est ferme quand toutes ses conditions connues sont remplies sur des faits connus, le droit relu et "
        "le projet mûr : il reste à le demander, et aucun financeur ne s'est prononcé. Sous conditions, il attend une "
        "réponse. Un soutien dont le droit est à relire repose sur un chiffre que personne n'a vérifié dans un texte. "
        "Un projet non mûr ne peut pas encore déposer de demande."
    )
    return Section(
        title="Le financement des projets",
        anchor="financement",
        finding=money(context),
        blocks=(
            Paragraph(text=lead),
            Paragraph(text=levels if figures.known("soutien_utile_eur") else ()),
            stack_drawing(context),
            Paragraph(text=used),
            _instruments(context),
            *_readings(context),
        ),
    )


def _readings(context: Context) -> Sequence[Paragraph | Table]:
    """What each reading of the law gives, when they differ; and on which one the proposal is computed."""
    result, figures = context.result, context.figures
    chosen = result.reading
    if chosen is None or not result.readings_differ:
        return ()
    rows: list[tuple[Text, ...]] = []
    for found in result.readings:
        name = f"{found.title} (la proposition)" if found.chosen else found.title
        keys = ("ferme_eur", "possible_eur", "apres_fin_eur", "dossiers")
        cells: list[Text] = [(_NOT_PUBLISHED,)] * len(keys)
        if found.published:
            cells = [(figures.figure(code_of(found.reading.value, key)),) for key in keys]
        rows.append((plain(name), *cells))
    told = " ; ".join(f"« {found.title} », {found.sentence}" for found in result.readings)
    return (
        Paragraph(
            text=figures.say(
                "Une aide se juge au droit du jour où elle est accordée : la demande, puis le délai du financeur. "
                "Certaines décisions sont attendues après la fin d'un texte. Ce que donne chaque lecture du droit est "
                "montré côte à côte ; la proposition suit la lecture {chosen}. Les lectures : {told}.",
                chosen=Quote(text=f"« {chosen.title} »"),
                told=Quote(text=told),
            )
        ),
        Table(
            caption="Soutiens des plans selon la lecture du droit",
            header=("Lecture", "Ferme", "Possible", "dont après la fin du texte", "Dossiers"),
            rows=tuple(rows),
            numbers=frozenset({1, 2, 3, 4}),
        ),
    )


_NOT_PUBLISHED = "texte non publié"


def _instruments(context: Context) -> Table:
    """The forms of the supports, each with its firm part: a sum alone would hide it."""
    figures = context.figures
    found = sorted(figures.family("instrument"), key=lambda indicator: -indicator.value)
    return Table(
        caption="Soutiens des plans par forme, au montant nominal",
        header=("Forme", "Dont ferme", "Tous niveaux de certitude"),
        rows=tuple(
            (
                (group_name(i),),
                (figures.figure(i.code.replace("_eur", "_ferme_eur")),),
                (figures.figure(i.code),),
            )
            for i in found
        ),
        numbers=frozenset({1, 2}),
    )


def call(context: Context) -> Section:
    """The envelope, where it comes from, where it goes, and who is left out of it."""
    return Section(
        title="La sélection sous enveloppe",
        anchor="selection",
        finding=envelope(context),
        blocks=(
            Paragraph(text=_proposal(context)),
            *_proof(context),
            Paragraph(text=_decision(context)),
            *_calls(context),
            _contributions(context),
            _statuses(context),
            _proposed(context),
            _decisions(context),
        ),
    )


def call_lists(context: Context) -> Section:
    """Why each candidate is left out, and how much its place rests on the weights: to look up."""
    return Section(
        title="Annexe — La sélection, projet par projet",
        anchor="selection-detail",
        annex=True,
        blocks=(*_left_out(context), *_robustness(context)),
    )


def _proposal(context: Context) -> Text:
    figures = context.figures
    if not figures.known("enveloppe_eur"):
        return plain("Aucune enveloppe n'est renseignée : aucun projet ne lui est proposé.")
    last = (
        "Les appels de la mission, {enveloppe_eur} en tout, ne paient que ce qu'aucun autre soutien ne peut payer."
        if context.result.calls
        else "L'enveloppe de {enveloppe_eur} ne paie que ce qu'aucun autre soutien ne peut payer."
    )
    if not figures.known("projets_proposes"):
        return figures.say(f"{last} Aucun projet n'y est proposé à ce stade.")
    return figures.say(
        f"{last} La proposition en emploie {{enveloppe_proposee_eur}} et laisse {{enveloppe_disponible_eur}} ; le "
        "comité décide."
    )


def _proof(context: Context) -> Iterator[Paragraph]:
    """How sure the selection is, where there was one to make."""
    if sentence := selection_proof(context.result.selection_reports, several=bool(context.result.calls)):
        yield Paragraph(text=plain(sentence))


def _decision(context: Context) -> Text:
    if not context.result.census.decisions:
        return ()
    return context.agree(
        "projets_retenus",
        none="Le comité n'a retenu aucun projet."
        if context.decided
        else "Le comité n'a encore retenu aucun des projets sur lesquels il s'est prononcé.",
        one="Le comité a retenu {projets_retenus:mots}, pour {enveloppe_engagee_eur}.",
        many="Le comité a retenu {projets_retenus:mots}, pour {enveloppe_engagee_eur}.",
    )


def _contributions(context: Context) -> Table:
    figures = context.figures
    rows: list[tuple[Text, ...]] = [
        ((Quote(text=group_name(part)),), (figures.figure(part.code),)) for part in figures.family("enveloppe")
    ]
    if len(rows) > 1:
        rows.append((("Ensemble",), (figures.figure("enveloppe_eur"),)))
    return Table(
        caption="Les enveloppes par contributeur" if context.result.calls else "L'enveloppe par contributeur",
        header=("Contributeur", "Montant"),
        rows=tuple(rows),
        numbers=frozenset({1}),
    )


def _calls(context: Context) -> Iterator[Table]:
    """What each call has and what is proposed of it, where there are several."""
    calls = context.result.calls
    if not calls:
        return
    codes = ("enveloppe_eur", "projets", "propose_eur", "reste_eur")
    rows: list[tuple[Text, ...]] = [
        (
            (Quote(text=share.title),),
            (Quote(text=context.result.organisation_name(share.call.operator)),),
            *(_of_one_call(context, rank, code) for code in codes),
        )
        for rank, share in enumerate(calls, start=1)
    ]
    yield Table(
        caption="Les appels de la mission ; un projet reçoit l'argent d'un appel au plus",
        header=("Appel", "Opérateur", "Enveloppe", "Projets proposés", "Proposé", "Reste"),
        rows=tuple(rows),
        numbers=frozenset({2, 3, 4, 5}),
    )


def _of_one_call(context: Context, rank: int, kind: str) -> Text:
    """A figure of a call; an edition has none where it would be the amount of one project."""
    code = f"appel_{rank}_{kind}"
    if code not in {each.code for each in context.figures.family(f"appel_{kind}")}:
        return ("non communiqué",)
    return (context.figures.figure(code, "nombre" if kind == "projets" else "texte"),)


def _statuses(context: Context) -> Table:
    figures = context.figures
    rows: list[tuple[Text, ...]] = []
    if figures.known("projets_proposes"):
        rows.append(((CallStatus.RETAINED.label,), (figures.figure("projets_proposes", "nombre"),)))
    rows += [((group_name(i),), (figures.figure(i.code, "nombre"),)) for i in figures.family("appel")]
    return Table(
        caption="Place des projets dans l'appel",
        header=("Place", "Projets"),
        rows=tuple(rows),
        numbers=frozenset({1}),
    )


def _proposed(context: Context) -> Table:
    figures = context.figures
    return Table(
        caption=f"Projets proposés sur {context.envelopes}, du plus au moins bien noté",
        header=(
            "Projet",
            *_call_head(context),
            "Entreprise",
            "Commune",
            "Investissement",
            "Emplois",
            "Soutien utile",
            "Dont enveloppe",
        ),
        rows=tuple(
            (
                named(p),
                *_call_of(context, p),
                firm_name(p),
                commune_name(p),
                figures.cell("investissement_eur", p.project.id, absent="à chiffrer"),
                figures.cell("emplois_crees", p.project.id),
                figures.cell("soutien_utile_eur", p.project.id),
                figures.cell("enveloppe_proposee_eur", p.project.id),
            )
            for p in context.retained()
        ),
        numbers=frozenset(n + len(_call_head(context)) for n in (3, 4, 5, 6)),
        wide=True,
    )


def _decisions(context: Context) -> Table:
    """Proposal and decision side by side: neither overwrites the other."""
    figures = context.figures
    projects = {p.project.id: p for p in context.result.projects}
    return Table(
        caption="Proposition et décision du comité",
        header=("Projet", *_call_head(context), "Entreprise", "Proposé", "Décision", "Décidé", "Date", "Motif", "Par"),
        rows=tuple(
            (
                named(projects[each.project_id]),
                *(((Quote(text=context.result.call_title(each.call)),),) if context.result.calls else ()),
                firm_name(projects[each.project_id]),
                figures.cell("enveloppe_proposee_eur", each.project_id, absent="non proposé"),
                (each.outcome.label,),
                figures.cell("enveloppe_engagee_eur", each.project_id, absent=_no_amount(each)),
                (NOT_GIVEN if each.decided_on is UNKNOWN else each.decided_on,),
                (Quote(text=each.reason or NOT_GIVEN),),
                (Quote(text=each.by or NOT_GIVEN),),
            )
            for each in context.result.census.decisions
        ),
        numbers=frozenset(n + len(_call_head(context)) for n in (2, 4)),
        wide=True,
    )


def _call_head(context: Context) -> tuple[str, ...]:
    """The column that names the call, where there are several."""
    return ("Appel",) if context.result.calls else ()


def _call_of(context: Context, project: ProjectResult) -> tuple[Text, ...]:
    if not context.result.calls:
        return ()
    share = context.result.financing_call(project)
    return ((Quote(text=share.title),) if share else (NOT_GIVEN,),)


def _no_amount(decision: CommitteeDecision) -> str:
    return NOT_GIVEN if decision.outcome is DecisionOutcome.RETAINED else "sans objet"


def _left_out(context: Context) -> Sequence[Table]:
    """Candidates that are not proposed: each is owed a reason."""
    left = [
        p for p in context.result.projects if p.decision.status is CallStatus.NOT_RETAINED and p.firm.name != UNNAMED
    ]
    if not left:
        return ()
    return (
        Table(
            caption="Candidats non proposés et motif",
            header=("Projet", "Entreprise", "Motif"),
            rows=tuple(
                (named(p), firm_name(p), (Quote(text=sentence_case(" ; ".join(p.decision.reasons))),)) for p in left
            ),
        ),
    )


def _robustness(context: Context) -> Iterator[Paragraph | Table]:
    """Whether each candidate's place rests on the weights: only of those that the reader is told of."""
    for title, found in context.result.every_robustness:
        yield from _robustness_of(context, found, title)


def _robustness_of(context: Context, found: MissionRobustness, title: str) -> Iterator[Paragraph | Table]:
    rows = [p for p in context.result.projects if p.project.id in found.statuses and p.firm.name != UNNAMED]
    if not rows:
        return
    of = f", {title}" if title else ""
    yield Table(
        caption=f"Robustesse de la proposition{of} : cœur, quels que soient les poids des critères ; limite, "
        "selon les poids ou les notes inconnues ; extérieur, jamais",
        header=("Projet", "Entreprise", "Proposition", "Robustesse"),
        rows=tuple(
            (named(p), firm_name(p), (_place_in(p, context, title),), (found.statuses[p.project.id].label,))
            for p in rows
        ),
    )
    yield Paragraph(text=plain(" ".join(found.sentences)))


def _place_in(project: ProjectResult, context: Context, title: str) -> str:
    """Where a project stands in the call that is told of; in the only one, where it stands."""
    mine = {share.title: share.name for share in context.result.calls}
    return project.calls[mine[title]].status.label if title else project.decision.status.label
