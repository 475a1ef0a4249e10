"""The result of a mission as a table on screen."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rebond.indicators.model import Indicator
from rebond.portfolio.proof_words import selection_proof
from rebond.portfolio.robust.model import Status
from rebond.portfolio.selection_words import FIRST_COME, TOGETHER, comparison_rows, price_sentences
from rebond.results import MissionResult
from rebond.units import format_euros

_KEY_FIGURES = (
    "entreprises_rencontrees",
    "projets_recenses",
    "projets_inconnus",
    "part_projets_inconnus",
    "investissement_eur",
    "emplois_crees",
    "projets_murs",
    "projets_proposes",
    "enveloppe_proposee_eur",
    "enveloppe_eur",
    "projets_orientes_financeurs",
    "projets_accompagnes",
    "projets_sans_suite",
    "actions_feuille_de_route",
)
_MONEY = (
    "soutien_ferme_eur",
    "soutien_sous_conditions_eur",
    "questions_ouvertes",
    "soutien_droit_non_relu_eur",
    "soutien_projets_non_murs_eur",
    "soutien_utile_eur",
    "soutien_au_dela_eur",
    "reste_a_financer_eur",
    "besoin_eur",
)
"""The stack: its parts, their sum, what is left, the need."""
_TO_COVER = "À qui demander quoi : « rebond territory check » ; le dossier à remplir : « rebond territory new »."
"""What the team does of a territory that the catalogue covers badly: commands, which no document prints."""
_ONLY_WHEN_SOME = frozenset({"soutien_au_dela_eur", "questions_ouvertes"})
_DECIDED = ("projets_retenus", "enveloppe_engagee_eur")
_REFERRED_TO = "orientes_"


def print_summary(result: MissionResult, out: Path) -> None:
    """Key figures, referrals by organisation, alerts, and where the documents are."""
    # Names and paths are people's: brackets in them are not Rich's markup.
    console = Console(highlight=False, markup=False)
    if result.uncovered:
        console.print(Text.assemble(("! ", "yellow"), f"{result.uncovered} {_TO_COVER}"))
    figures = {indicator.code: indicator for indicator in result.indicators}
    title = f"{result.census.settings.name} — droit et catalogue au {result.on:%d/%m/%Y}"
    _print(console, _table(title, "Chiffre", [figures[code] for code in _KEY_FIGURES]))
    money = [figures[code] for code in _MONEY if figures[code].value or code not in _ONLY_WHEN_SOME]
    _print(console, _table("Du soutien ferme au besoin", "Niveau", money if figures["besoin_eur"].value else []))
    referred = [indicator for code, indicator in figures.items() if code.startswith(_REFERRED_TO)]
    _print(console, _table("Orientations par organisation", "Organisation", referred))
    _print_proposed(console, result)
    if proof := selection_proof(result.selection_reports, several=bool(result.calls)):
        console.print(proof)
        _print_worth(console, result)
    _print_robustness(console, result)
    decided = [figures[code] for code in _DECIDED] if result.census.decisions else []
    _print(console, _table("Décisions du comité", "Chiffre", decided))
    if result.readings_differ:
        console.print(_readings(result))
    elif result.reading:
        console.print(f"Lecture du droit : « {result.reading.title} ».")
    for alert in (alert for alert in result.alerts if alert != result.uncovered):
        console.print(Text.assemble(("! ", "yellow"), alert))
    console.print(Text.assemble("Documents dans ", (str(out), "bold"), " :"))
    for path in sorted(out.iterdir()):
        if path.is_file():
            console.print(f"  {path}")


def _print_proposed(console: Console, result: MissionResult) -> None:
    """What is proposed to the committee, and what each call has left of it where there are several."""
    proposed = Table("Projet proposé", "Entreprise", "Enveloppe", title="Proposition au comité", title_justify="left")
    if result.calls:
        proposed.add_column("Appel")
    for project in result.projects:
        if project.decision.envelope:
            amount = format_euros(project.decision.envelope)
            share = result.financing_call(project)
            proposed.add_row(project.project.title, project.firm.name, amount, *([share.title] if share else []))
    if proposed.row_count:
        console.print(proposed)
    for call in result.calls:
        console.print(
            f"{call.title} : {format_euros(call.spent)} proposés sur {format_euros(call.call.amount)}, "
            f"il reste {format_euros(call.left)}"
        )


def _print_worth(console: Console, result: MissionResult) -> None:
    """What a euro more would be worth, and what choosing together is worth."""
    if result.selection is None:
        return
    for sentence in price_sentences(result.selection.prices, result.labels.dispositifs):
        console.print(sentence)
    table = Table(title="Choisir ensemble, ou servir dans l'ordre d'arrivée", title_justify="left")
    for head in ("", TOGETHER, FIRST_COME):
        table.add_column(head, justify="right" if head else "left")
    for row in comparison_rows(result.selection.comparison):
        table.add_row(*row)
    console.print(table)


def _print_robustness(console: Console, result: MissionResult) -> None:
    """How many candidates are safe whatever the weights, or why nobody can tell."""
    for title, found in result.every_robustness:
        of = f", {title}" if title else ""
        if found.statuses:
            count = Counter(found.statuses.values())
            told = ", ".join(f"{count[status]} {status.label.lower()}" for status in Status if count[status])
            console.print(f"Robustesse des candidats{of} : {told}. {found.sentences[0]}")
        if found.failure:
            console.print(Text.assemble(("! ", "yellow"), found.failure))


def _readings(result: MissionResult) -> Table:
    """What each reading of the law gives, side by side."""
    table = Table(title="Selon la lecture du droit après la fin d'un texte", title_justify="left")
    for head in ("Lecture", "Ferme", "Possible", "dont après la fin", "Dossiers"):
        table.add_column(head, justify="left" if head == "Lecture" else "right")
    for found in result.readings:
        name = f"{found.title} (proposition)" if found.chosen else found.title
        if found.published:
            amounts = (found.stack.firm, found.stack.possible, found.after_end)
            table.add_row(name, *(format_euros(amount) for amount in amounts), str(found.files))
        else:
            table.add_row(name, *["texte non publié"] * 4)
    return table


def _table(title: str, head: str, indicators: list[Indicator]) -> Table | None:
    """The figures with what each lacks; nothing at all when there is none."""
    if not indicators:
        return None
    table = Table(title=title, title_justify="left")
    table.add_column(head)
    table.add_column("Valeur", justify="right")
    table.add_column("Note")
    for indicator in indicators:
        table.add_row(indicator.label.removeprefix("Projets orientés vers "), indicator.text, indicator.note)
    return table


def _print(console: Console, table: Table | None) -> None:
    if table is not None:
        console.print(table)
