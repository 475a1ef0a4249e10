"""The money: legal financing plans, then the envelope and the projects proposed for it."""

from __future__ import annotations

from collections.abc import Sequence

from rebond.indicators.readings import code_of
from rebond.portfolio.call import CallStatus
from rebond.restitution.charts import Part, StackedBar, stacked_bars
from rebond.restitution.contents import Drawing, Paragraph, Quote, Section, Table, Text, plain
from rebond.restitution.report.context import Context, commune_name, firm_name, group_name, named
from rebond.restitution.svg import Tone
from rebond.restitution.typography import sentence_case
from rebond.restitution.wording import short_euros

_TONES = (Tone.STRONG, Tone.MIDDLE, Tone.ACCENT, Tone.NEUTRAL, Tone.PALE)


def financing(context: Context) -> Section:
    """What the plans bring, in which forms, and what stays uncovered."""
    figures = context.figures
    blocks: list[Paragraph | Drawing | Table] = [
        Paragraph(
            text=figures.say(
                "Pour un besoin de {besoin_eur}, les plans de financement réunissent {soutiens_planifies_eur} de "
                "soutiens, "
                "dont {aides_planifiees_eur} d'aide en équivalent-subvention brut. Ils font appel à "
                "{dispositifs_au_plan} et "
                "laissent {reste_a_financer_eur} sans soutien chiffré."
            )
        ),
        Paragraph(
            text=plain(
                "Un soutien peut dépasser le besoin d'un projet quand l'aide à laquelle il a droit est plus "
                "élevée que ce qui "
                "lui manque : elle prend alors la place d'une partie du financement déjà acquis. Les montants "
                "sont ceux que "
                "permettent les règles publiées ; chaque financeur instruit et décide."
            )
        ),
    ]
    if figures.family("instrument"):
        blocks.append(_instruments(context))
    blocks += _readings(context)
    return Section(title="Le financement des projets", anchor="financement", blocks=tuple(blocks))


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


def _instruments(context: Context) -> Drawing:
    figures = context.figures
    found = sorted(figures.family("instrument"), key=lambda indicator: -indicator.value)
    parts = tuple(
        Part(label=group_name(indicator), value=indicator.value, tone=_TONES[min(rank, len(_TONES) - 1)])
        for rank, indicator in enumerate(found)
    )
    caption = "Soutiens des plans par forme, au montant nominal."
    return Drawing(
        chart=stacked_bars(
            [StackedBar(label="Ensemble", parts=parts)],
            key="formes",
            title=caption.rstrip("."),
            head="Ensemble",
            write=short_euros,
        ),
        caption=caption,
        table=Table(
            caption=caption.rstrip("."),
            header=("Forme", "Montant"),
            rows=(
                *(((group_name(i),), (figures.figure(i.code),)) for i in found),
                (("Ensemble",), (figures.figure("soutiens_planifies_eur"),)),
            ),
            numbers=frozenset({1}),
        ),
    )


def call(context: Context) -> Section:
    """The envelope, where it comes from, where it goes, and who is left out of it."""
    figures = context.figures
    blocks: list[Paragraph | Table] = [
        Paragraph(
            text=figures.say(
                "L'enveloppe de {enveloppe_eur} ne paie que ce qu'aucun autre soutien ne peut payer. La "
                "proposition en engage "
                "{enveloppe_engagee_eur} et laisse {enveloppe_disponible_eur} ; le comité décide."
            )
        ),
        _contributions(context),
        _statuses(context),
    ]
    if context.retained():
        blocks.append(_retained(context))
    blocks += _left_out(context)
    return Section(title="La sélection sous enveloppe", anchor="selection", blocks=tuple(blocks))


def _contributions(context: Context) -> Table:
    figures = context.figures
    rows: list[tuple[Text, ...]] = [
        ((Quote(text=group_name(part)),), (figures.figure(part.code),)) for part in figures.family("enveloppe")
    ]
    rows.append((("Ensemble",), (figures.figure("enveloppe_eur"),)))
    return Table(
        caption="L'enveloppe par contributeur",
        header=("Contributeur", "Montant"),
        rows=tuple(rows),
        numbers=frozenset({1}),
    )


def _statuses(context: Context) -> Table:
    figures = context.figures
    rows: list[tuple[Text, ...]] = [((CallStatus.RETAINED.label,), (figures.figure("projets_retenus", "nombre"),))]
    rows += [((group_name(i),), (figures.figure(i.code, "nombre"),)) for i in figures.family("appel")]
    return Table(
        caption="Place des projets dans l'appel",
        header=("Place", "Projets"),
        rows=tuple(rows),
        numbers=frozenset({1}),
    )


def _retained(context: Context) -> Table:
    figures = context.figures
    return Table(
        caption="Projets proposés sur l'enveloppe, du plus au moins bien noté",
        header=("Projet", "Entreprise", "Commune", "Investissement", "Emplois", "Soutiens", "Dont enveloppe"),
        rows=tuple(
            (
                named(p),
                firm_name(p),
                commune_name(p),
                figures.cell("investissement_eur", p.project.id, absent="à chiffrer"),
                figures.cell("emplois_crees", p.project.id),
                figures.cell("soutiens_planifies_eur", p.project.id),
                figures.cell("enveloppe_engagee_eur", p.project.id),
            )
            for p in context.retained()
        ),
        numbers=frozenset({3, 4, 5, 6}),
        wide=True,
    )


def _left_out(context: Context) -> Sequence[Table]:
    """Candidates that are not retained: each is owed a reason."""
    left = [p for p in context.result.projects if p.decision.status is CallStatus.NOT_RETAINED]
    if not left:
        return ()
    return (
        Table(
            caption="Candidats non retenus et motif",
            header=("Projet", "Entreprise", "Motif"),
            rows=tuple(
                (named(p), firm_name(p), (Quote(text=sentence_case(" ; ".join(p.decision.reasons))),)) for p in left
            ),
        ),
    )
