"""``rebond portfolio rpm`` and ``robustness``: core, borderline and exterior projects, of a file or of a mission."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from rebond.adapters.workbook import read_census
from rebond.adapters.workbook.wording import nearest
from rebond.cli._catalogue import catalogue_option, open_layout, reading_option, reading_taken
from rebond.cli._numbers import NumberRange
from rebond.cli._plausibility import despite_option, settle
from rebond.cli._show import fail, show_faults, steps
from rebond.data import data_folder
from rebond.data.yamlfile import load_schema
from rebond.errors import CensusError, DataError, Fault, RebondError
from rebond.facts import UNKNOWN, Census, Maybe
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.law_readings import under
from rebond.financing.problem.model import FinancingProblem
from rebond.mission import load_rulebook, run_mission
from rebond.portfolio.criteria import mission_grid
from rebond.portfolio.offered import call_dispositif, without_call
from rebond.portfolio.robust.analysis import RobustAnalysis, analyse
from rebond.portfolio.robust.as_json import (
    analysis_as_data,
    answer_words,
    completeness,
    entries_words,
    question_words,
    robustness_as_data,
    witness_words,
)
from rebond.portfolio.robust.mission import CENTS, MissionRobustness, weights_of
from rebond.portfolio.robust.mission import robustness as mission_robustness
from rebond.portfolio.robust.model import Definition, Status
from rebond.portfolio.robust.reading import load_robust
from rebond.portfolio.robust.weights import Opinion, WeightInformation
from rebond.regimes.de_minimis import known_rooms
from rebond.regimes.readings import Reading
from rebond.study.calls import CallsStudy, study_calls
from rebond.study.inputs import CensusParts
from rebond.study.kept import KeptStudies
from rebond.study.robust import Proposed, RobustAsked, steadiness_of_call
from rebond.study.rulebook import Rulebook
from rebond.units import format_euros, format_number

_FILE = click.Path(path_type=Path, dir_okay=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON.")
_TIME = click.option(
    "--time",
    "seconds",
    metavar="SECONDES",
    type=NumberRange(min=0),
    default=60,
    show_default=True,
    help="Temps de calcul ; un résultat inachevé le dit.",
)
_DEFINITION = click.option(
    "--definition",
    type=click.Choice(["auto", *(each.value for each in Definition)]),
    default="auto",
    show_default=True,
    help="Sélections comparées : non dominées quand elles se laissent toutes tenir, sinon potentiellement optimales.",
)


@click.command()
@click.argument("path", metavar="FICHIER.json", type=_FILE)
@_DEFINITION
@_TIME
@_JSON
def rpm(path: Path, definition: str, seconds: float, as_json: bool) -> None:
    """Choix robuste parmi des projets quelconques : cœur, limite, extérieur, avec témoins.

    FICHIER.json suit docs/schemas/robustesse-v1.json : coûts, budgets, notes exactes ou par intervalles, ce que l'on
    sait des poids, contraintes entre projets. Méthode : Robust Portfolio Modeling (Liesiö, Mild et Salo 2007). Codes de
    sortie : 0, achevé ou non (c'est dit) ; 2 si le fichier est faux ; 1 si contraintes ou poids se contredisent.
    """
    try:
        file = load_robust(path, schema=load_schema(data_folder() / "schemas" / "robustesse-v1.json"))
        found = analyse(file.problem, seconds=seconds, definition=_asked(definition), members=file.members)
    except DataError as error:
        show_faults(error.faults)
    except RebondError as error:
        fail(str(error))
    if as_json:
        names, criteria = file.project_names, file.criterion_names
        _write(analysis_as_data(found, title=file.title, names=names, criteria=criteria, grain=file.grain))
        return
    _print(found, title=file.title, names=file.project_names, criteria=file.criterion_names, grain=file.grain)


@click.command()
@click.option("--workbook", metavar="FICHIER", type=_FILE, required=True, help="Classeur de recensement d'une mission.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Date d'examen (par défaut : celle du comité).")
@click.option(
    "--poids",
    type=click.Choice(["exacts", "intervalles", "ordre", "libres"]),
    default="ordre",
    show_default=True,
    help="Ce que l'on tient des poids de la mission : leur valeur, un intervalle autour, leur ordre, ou rien.",
)
@click.option(
    "--marge",
    type=click.IntRange(0, 100),
    default=50,
    show_default=True,
    help="Avec « intervalles » : de combien de pour cent chaque poids peut s'écarter.",
)
@click.option(
    "--appel",
    metavar="DISPOSITIF",
    help="D'une mission à plusieurs appels, celui dont on veut la robustesse ; par défaut, tous.",
)
@_DEFINITION
@_TIME
@reading_option
@despite_option
@catalogue_option
@_JSON
def robustness(
    *,
    workbook: Path,
    day: datetime | None,
    poids: str,
    marge: int,
    appel: str | None,
    definition: str,
    seconds: float,
    reading: str | None,
    despite: bool,
    folder: Path,
    as_json: bool,
) -> None:
    """Robustesse de la sélection d'une mission : quels candidats restent proposés quels que soient les poids.

    Chaque candidat pèse le moins d'enveloppe qu'il lui faut pour être financé entier ; une note inconnue est n'importe
    où sur l'échelle. De plusieurs appels, chacun a la sienne sur les poids de ses critères, ce que les autres financent
    ou ont décidé étant acquis. Codes de sortie : 0, achevé ou non (c'est dit) ; 2 si le classeur est faux ou l'appel
    inconnu ; 1 en cas d'échec.
    """
    try:
        with steps() as step:
            step("Lecture du catalogue et du classeur")
            rulebook = load_rulebook(folder)
            census = read_census(workbook, layout=open_layout(folder), gazetteer=rulebook.catalogue.gazetteer)
            settle(census, rulebook, on=day.date() if day else None, despite=despite)
            on = day.date() if day else census.settings.committee_on
            taken = reading_taken(reading)
            asked = _Asked(kind=poids, margin=marge, seconds=seconds, definition=_asked(definition))
            if census.settings.calls or appel is not None:
                named = _calls_named(census, rulebook, appel, one=as_json)
                several = study_calls(census, rulebook, on=on, reading=taken, progress=step)
                step("Robustesse de la sélection, appel par appel")
                analyses = list(_by_call(several, named, census, rulebook, on=on, asked=asked))
            else:
                found = _of_the_call(census, rulebook, on=on, reading=taken, asked=asked, step=step)
                analyses = [(census.settings.name, found)]
    except DataError as error:
        show_faults(error.faults)
    except RebondError as error:
        fail(str(error))
    titles = {each.id: each.title for each in census.projects}
    for title, found in analyses:
        _show_mission(found, title=title, titles=titles, as_json=as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is held of the weights, and the time to find what it makes of each candidate."""

    kind: str
    margin: int
    seconds: float
    definition: Definition | None


def _of_the_call(
    census: Census,
    rulebook: Rulebook,
    *,
    on: date,
    reading: Maybe[Reading],
    asked: _Asked,
    step: Callable[[str], None],
) -> MissionRobustness:
    """The analysis of a mission that has one call."""
    kept = KeptStudies()
    mission = run_mission(census, rulebook, on=on, reading=reading, progress=step, kept=kept)
    step("Robustesse de la sélection")
    entries = [study.entry for study in mission.studies]
    call = census.settings.envelope
    read_as = rulebook.catalogue.readings.default if reading is UNKNOWN else reading
    every = FinancingProblem(
        projects=tuple(study.built.problem for study in mission.studies),
        de_minimis_room=known_rooms(firm.account for firm in mission.firms),
        budgets=CensusParts(census, rulebook, on=on).budgets,
    )
    return mission_robustness(
        entries,
        opinions=[_opinion(asked.kind, weights_of([entry.score for entry in entries]), asked.margin)],
        envelope=call,
        builder=ProblemBuilder(catalogue=rulebook.catalogue, rates=rulebook.rates, on=on),
        shared=under(without_call(every, call_dispositif(call, rulebook.catalogue)), read_as),
        reading=read_as,
        top_score=mission_grid(rulebook.selection, census.settings).top_score,
        seconds=asked.seconds,
        definition=asked.definition,
        solved=kept.solved,
    )


def _calls_named(census: Census, rulebook: Rulebook, asked: str | None, *, one: bool) -> list[str]:
    """The calls whose robustness is wanted, by name; ``CensusError`` for one that the mission does not have."""
    settings = census.settings
    keys = [call_dispositif(call, rulebook.catalogue) for call in settings.every_call]
    known = dict(zip(keys, settings.call_names, strict=True))
    if asked is None and one and len(keys) > 1:
        mend = f"ajouter « --appel » et son dispositif : {', '.join(keys)}"
        raise CensusError([Fault(where="--json", problem="le résultat est celui d'un appel à la fois", mend=mend)])
    if asked is not None and asked not in known:
        near = nearest(asked, keys)
        meant = f" (peut-être « {near} »)" if near else ""
        mend = f"écrire le dispositif d'un appel de la mission{meant} : {', '.join(keys)}"
        raise CensusError([Fault(where="--appel", found=asked, problem="la mission n'a pas cet appel", mend=mend)])
    return list(known.values()) if asked is None else [known[asked]]


def _by_call(
    found: CallsStudy, names: Collection[str], census: Census, rulebook: Rulebook, *, on: date, asked: _Asked
) -> Iterator[tuple[str, MissionRobustness]]:
    """Title and analysis of each call wanted, on what is held of its own weights."""
    made = Proposed(
        studies=found.studies, problem=found.problem, census=census, rulebook=rulebook, on=on, taken=found.taken
    )
    for call in found.result.calls:
        if call.name in names:
            scores = [study.entry.before(call.name).score for study in found.studies]
            opinion = _opinion(asked.kind, weights_of(scores), asked.margin)
            yield (
                f"{census.settings.name}, {call.title}",
                steadiness_of_call(
                    made,
                    call,
                    found.result,
                    RobustAsked(opinions=(opinion,), seconds=asked.seconds, definition=asked.definition),
                ),
            )


def _show_mission(found: MissionRobustness, *, title: str, titles: Mapping[str, str], as_json: bool) -> None:
    if found.analysis is None:
        if as_json:
            _write({"schema": "robustesse-resultat/v1", "intitule": title, "projets": [], "remarques": []})
        else:
            click.echo("Aucun candidat à l'enveloppe : rien à choisir.")
        return
    called = {project: f"{project} — {words}" for project, words in titles.items()}
    names = [called[project] for project in found.problem.projects]
    if as_json:
        _write(robustness_as_data(found, title=title, names=names, called=called))
        return
    needs = [format_euros(found.needs[project]) for project in found.problem.projects]
    _print(found.analysis, title=title, names=names, criteria=found.criterion_names, needs=needs, grain=CENTS)
    for remark in found.remarks:
        click.echo(f"! {remark.told(called)}.")


def _opinion(kind: str, weights: Mapping[str, Decimal], margin: int) -> Opinion:
    return Opinion(who="", information=_information(kind, weights, margin))


def _information(kind: str, weights: Mapping[str, Decimal], margin: int) -> WeightInformation:
    match kind:
        case "exacts":
            return WeightInformation.exact(weights)
        case "intervalles":
            return WeightInformation.around(weights, Decimal(margin) / 100)
        case "ordre":
            return WeightInformation.order_of(weights)
        case _:
            return WeightInformation()


def _asked(definition: str) -> Definition | None:
    return None if definition == "auto" else Definition(definition)


def _write(data: Mapping[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _print(
    found: RobustAnalysis,
    *,
    title: str,
    names: Sequence[str],
    criteria: Sequence[str],
    needs: Sequence[str] = (),
    grain: int = 1,
) -> None:
    """The table, then what it rests on."""
    result = found.result
    table = Table("Projet", "Statut", title=title, title_justify="left")
    if needs:
        table.add_column("Enveloppe", justify="right")
    if result.counted:
        table.add_column("Part", justify="right")
    if found.amounts:
        table.add_column("Entre dès", justify="right")
    for who in found.members:
        table.add_column(who)
    for project, finding in enumerate(result.findings):
        share = [] if finding.share is None else [f"{format_number(float(finding.share) * 100)} %"]
        first = [_first(found, project, grain)] if found.amounts else []
        by = [statuses[project].label for statuses in found.members.values()]
        table.add_row(names[project], finding.status.label, *needs[project : project + 1], *share, *first, *by)
    console = Console(highlight=False, markup=False)
    console.print(table)
    _print_witnesses(console, found, names=names, criteria=criteria)
    console.print(completeness(result))
    console.print(f"Définition : {result.definition.sentence}.")
    if result.counted:
        console.print(f"Sélections non dominées : {len(result.portfolios)}.")
    if result.regret is not None:
        chosen = ", ".join(names[p] for p in result.regret.portfolio) or "aucun projet"
        proof = "prouvé" if result.regret.proven else "non prouvé, temps écoulé"
        most = format_number(float(result.regret.most), 2)
        console.print(f"Moindre regret ({proof}) : {chosen} ; au pire {most} sous la meilleure.")
    if found.settling.left:
        console.print(f"Questions non examinées, temps écoulé : {found.settling.left}.")
    told = "« Entre dès »" if found.amounts else "Montants d'entrée"
    console.print(f"{told} : {entries_words(found.entries, criteria)}.")


def _print_witnesses(console: Console, found: RobustAnalysis, *, names: Sequence[str], criteria: Sequence[str]) -> None:
    """For each project: what puts it in, what puts it out, what would settle it."""
    result, problem = found.result, found.problem
    for project, finding in enumerate(result.findings):
        console.print(names[project], style="bold")
        for side, witness in (("dedans", finding.inside), ("dehors", finding.outside)):
            console.print(f"  {side} : {witness_words(witness, problem, criteria, settled=finding.settled)}")
        if finding.status is not Status.BORDERLINE:
            continue
        for question, *answers in found.settling.of(project):
            told = " ; ".join(
                f"{answer}, {status.label.lower()}"
                for answer, status in zip(answer_words(question, problem), answers, strict=True)
            )
            console.print(f"  pour trancher : {question_words(question, names, criteria)} {told}")


def _first(found: RobustAnalysis, project: int, grain: int) -> str:
    first = None if found.amounts is None else found.amounts.projects[project].first
    return "jamais" if first is None else format_number(first / grain, 0 if first % grain == 0 else 2)
