"""What decides a plan, for its documents: who does what before when, and every condition with who answers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rebond.adapters.plan_documents.blocks import Row, RowStyle, Section, Table
from rebond.financing.explaining.awaited import Awaited, State
from rebond.financing.explaining.desk_step import DeskStep
from rebond.financing.explaining.dossier import PlanDossier

STEPS = "Qui fait quoi, avant quand"
BEFORE_ANY_ORDER = (
    "Avant toute commande : une aide se demande avant le premier engagement ferme de dépenses, guichet par guichet. "
    "Une demande envoyée à l'un ne vaut pas pour l'autre."
)
ALREADY_ORDERED = (
    "Une commande est signée ou des travaux ont commencé : avant toute autre commande, faire dire par écrit à chaque "
    "guichet quelles dépenses restent recevables."
)
_FIRST = "avant toute commande"


def steps_section(dossier: PlanDossier) -> Iterable[Section]:
    """Payer by payer, what comes before any order first."""
    if not dossier.steps:
        return
    first = any(step.before_order for step in dossier.steps)
    sentence = ALREADY_ORDERED if dossier.ordered else BEFORE_ANY_ORDER
    yield Section(
        title=STEPS,
        before=(sentence,) if first else (),
        table=Table(
            heads=("Avant le", "Guichet", "Pour", "À faire", "Contact du guichet"),
            rows=tuple(_step(step, ordered=dossier.ordered) for step in dossier.steps),
            widths=(12, 20, 26, 26, 16),
        ),
    )


def _step(step: DeskStep, *, ordered: bool) -> Row:
    first = step.before_order and not ordered
    what = " ; ".join(step.supports) or step.reason
    return Row(
        cells=(
            f"{step.before:%d/%m/%Y}",
            step.organisation,
            f"{what} — {step.reason}" if step.supports else what,
            f"{step.action}.",
            "\n".join(step.pages) or "inconnu : à demander",
        ),
        note=_FIRST if first else "",
    )


def conditions_table(awaited: Awaited) -> Table | None:
    """Every condition of a support, group by group; ``None`` when it has none."""
    rows: list[Row] = []
    for state in (*(each for each in State if each is not State.MET), State.MET):
        found = awaited.of(state)
        if not found:
            continue
        rows.append(Row(cells=(f"{state.label} : {len(found)}", ""), style=RowStyle.SIDE))
        if state is State.MET:
            # Nobody has anything to do about them: they are read at once.
            rows.append(Row(cells=(" ; ".join(each.words for each in found), "Faits recueillis")))
        else:
            rows += [Row(cells=(_sentence(each.words), _sentence(each.who))) for each in found]
    if not rows:
        return None
    return Table(heads=("Condition ou question", "Qui répond"), rows=tuple(rows), widths=(68, 32))


def award_words(awaited: Awaited, labels: Mapping[str, str]) -> str:
    """When the decision is expected, line by line where the lines differ, and what hangs on a text that ends."""
    said = []
    for words, lines in awaited.awards:
        where = f" ({', '.join(labels.get(line, line) for line in lines)})" if len(awaited.awards) > 1 else ""
        said.append(f"{_sentence(words)}{where}")
    for text in awaited.ending:
        then = "la décision vient après" if text.surely else "si la décision vient après"
        said.append(
            f"{text.article} finit le {text.last_day:%d/%m/%Y} : {then}, "
            "cette aide attend que le texte soit prorogé ou remplacé"
        )
    return "\n".join(said)


def count_words(awaited: Awaited) -> str:
    """How many answers a support waits for, and that they are all in its table."""
    count = len(awaited.questions)
    if not count:
        return ""
    return f"{count} réponses attendues, nommées ci-dessous" if count > 1 else "une réponse attendue, nommée ci-dessous"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" if text else "—"
