"""The money as a stack: what can be asked for, what waits for answers, for law to be read, what is not ripe.

The parts always come with their sum, and the sum never comes without its parts.
"""

from __future__ import annotations

from rebond.dispositifs.model import Instrument
from rebond.restitution.charts import Part, StackedBar, stacked_bars
from rebond.restitution.contents import Drawing, Table, Text
from rebond.restitution.report.context import Context
from rebond.restitution.svg import Tone
from rebond.restitution.typography import listed
from rebond.restitution.wording import short_euros

LEVELS = (
    ("soutien_ferme_eur", "Ferme : conditions connues remplies", Tone.STRONG),
    ("soutien_sous_conditions_eur", "Sous conditions", Tone.MIDDLE),
    ("soutien_droit_non_relu_eur", "Droit à relire", Tone.ACCENT),
    ("soutien_projets_non_murs_eur", "Projets non mûrs", Tone.PALE),
)
"""The parts of the useful support, the nearest to a signature first."""
USEFUL = "soutien_utile_eur"
BEYOND = "soutien_au_dela_eur"
_WAITING = (
    ("soutien_droit_non_relu_eur", "{soutien_droit_non_relu_eur} d'un texte de droit à relire"),
    ("soutien_projets_non_murs_eur", "{soutien_projets_non_murs_eur} de projets encore à mûrir"),
)


def money_sentence(context: Context) -> Text:
    """The stack in a sentence or two; nothing when there is nothing to finance."""
    figures = context.figures
    if not figures.known("besoin_eur"):
        return ()
    if not figures.known(USEFUL):
        return figures.say("Aucun soutien chiffré ne répond encore au besoin de financement, {besoin_eur}.")
    sure = _firm(context)
    waiting = [words for code, words in (_conditional(context), *_WAITING) if figures.known(code)]
    if not waiting:
        return figures.say(f"{sure}, pour un besoin de {{besoin_eur}}.")
    first, *others = waiting
    depending = listed([first.replace("} ", "} dépendent ", 1), *others])
    rest = "Le reste est" if figures.known("soutien_ferme_eur") else "Le soutien trouvé n'est que"
    # One amount that waits, and nothing firm: it is the whole, which is not told twice.
    total = " En tout, le soutien utile irait jusqu'à {soutien_utile_eur}, pour un besoin de {besoin_eur}."
    if len(waiting) == 1 and not figures.known("soutien_ferme_eur"):
        total = " Le besoin est de {besoin_eur}."
    return figures.say(f"{sure}. {rest} possible : {depending}.{total}")


_TO_ASK = {
    Instrument.GRANT: "de subventions à demander",
    Instrument.REPAYABLE_ADVANCE: "d'avances remboursables à demander",
    Instrument.LOAN: "de prêts à demander",
    Instrument.GUARANTEE: "de crédits à faire garantir",
    Instrument.TAX_CREDIT: "de crédits d'impôt à déclarer",
    Instrument.EXEMPTION: "d'exonérations à déclarer",
    Instrument.EQUITY: "de fonds propres à solliciter",
    Instrument.BONUS: "de primes à demander",
    Instrument.ADVICE: "d'accompagnements à demander",
    Instrument.TRAINING: "de formations à demander",
}
"""What is still to be done about a firm support: no funder has answered."""


def _firm(context: Context) -> str:
    """What is firm, form by form: every known condition is met, and nobody has promised anything."""
    if not context.figures.known("soutien_ferme_eur"):
        return "Aucun soutien ne remplit encore toutes ses conditions connues"
    known = {indicator.code for indicator in context.figures.family("instrument_ferme") if indicator.value}
    codes = ((f"soutiens_{form.value}_ferme_eur", words) for form, words in _TO_ASK.items())
    said = listed([f"{{{code}}} {words}" for code, words in codes if code in known])
    return f"À ce jour, les conditions connues sont toutes remplies pour {said} ; aucun financeur ne s'est prononcé"


def _conditional(context: Context) -> tuple[str, str]:
    words = "{soutien_sous_conditions_eur} " + (
        "de {questions_ouvertes:mots} sans réponse" if context.figures.known("questions_ouvertes") else "de conditions"
    )
    return "soutien_sous_conditions_eur", words


def stack_drawing(context: Context) -> Drawing:
    """The need as one bar, its levels and what is left; the table adds up to the euro."""
    figures = context.figures
    caption = "Ce que les plans apporteraient au besoin, des conditions connues remplies au projet à mûrir."
    parts = tuple(Part(label=label, value=figures.value(code), tone=tone) for code, label, tone in LEVELS)
    rest = figures.indicator("reste_a_financer_eur")
    label = f"Reste à financer, {rest.bound}" if rest.bound else "Reste à financer"
    left = Part(label=label, value=rest.value, tone=Tone.NEUTRAL)
    return Drawing(
        chart=stacked_bars(
            [StackedBar(label="Besoin", parts=tuple(part for part in (*parts, left) if part.value))],
            key="certitude",
            title=caption.rstrip("."),
            head="Niveau",
            write=short_euros,
        ),
        caption=caption,
        table=money_table(context),
    )


def money_table(context: Context) -> Table:
    """The levels, their sum, what is left, the need: each line is the sum of those that it says."""
    figures = context.figures
    rows: list[tuple[Text, ...]] = [
        (_name(context, code, label), (figures.figure(code, "entier"),)) for code, label, _ in LEVELS
    ]
    rows += [
        (("Soutien utile, somme des quatre niveaux",), (figures.figure(USEFUL, "entier"),)),
        (("Reste à financer",), (figures.figure("reste_a_financer_eur", "entier"),)),
        (("Besoin, somme du soutien utile et du reste",), (figures.figure("besoin_eur", "entier"),)),
    ]
    if figures.known(BEYOND):
        rows.append((("Au-delà du besoin, hors du total",), (figures.figure(BEYOND, "entier"),)))
    return Table(
        caption="Du besoin au soutien",
        header=("Niveau", "Montant"),
        rows=tuple(rows) if figures.known("besoin_eur") else (),
        numbers=frozenset({1}),
    )


def _name(context: Context, code: str, label: str) -> Text:
    if code != "soutien_sous_conditions_eur" or not context.figures.known("questions_ouvertes"):
        return (label,)
    return (f"{label} (", context.figures.figure("questions_ouvertes"), ")")
