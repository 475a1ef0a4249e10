"""``rebond plan``: the legal financing plan of a problem file, or of one project of a workbook."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from rebond import __version__
from rebond.cli._catalogue import catalogue_option, reading_option, reading_taken
from rebond.cli._places import OutFile
from rebond.cli._plan_project import project_alone, project_in_mission
from rebond.cli._plan_view import print_dossier, print_no_plan, print_plan, print_what_if
from rebond.cli._plausibility import despite_option
from rebond.cli._show import fail, show_faults
from rebond.data import catalogue_part, data_folder
from rebond.data.outfolder import written_file
from rebond.data.yamlfile import load_schema
from rebond.dispositifs.model import Instrument
from rebond.errors import DataError, RebondError
from rebond.facts import UNKNOWN, Maybe
from rebond.financing.auditing.audit import audit_plan
from rebond.financing.context import Study
from rebond.financing.explaining.demands import Demand, at_most_files, need_covered, support_at_least, without_forms
from rebond.financing.explaining.dossier import PlanDossier, build_dossier
from rebond.financing.explaining.explain import explain_plan
from rebond.financing.explaining.infeasibility import NoPlan, plan_or_conflict
from rebond.financing.explaining.what_if import WhatIf
from rebond.financing.plan.as_json import (
    SCHEMA,
    no_plan_as_data,
    plan_as_data,
    table_as_data,
    unknown_as_data,
    variant_as_data,
    what_if_as_data,
)
from rebond.financing.plan.delays import load_delays
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.as_json import load_problem
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.problem.size import MOST_AMOUNT
from rebond.financing.solving.alone import problem_alone
from rebond.financing.solving.optimize import optimise_plans
from rebond.financing.tables.as_json import funding_as_data
from rebond.reading.amounts import require_euros
from rebond.reading.problem import Unreadable
from rebond.regimes.readings import Reading

_FILE = click.Path(path_type=Path, dir_okay=False)
_DAY = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the command line asks for, beside where the problem comes from."""

    demands: tuple[Demand, ...]
    changes: Mapping[str, str]
    before: date | None
    variants: bool
    as_json: bool
    in_mission: bool
    despite: bool
    reading: Maybe[Reading]
    xlsx: Path | None
    docx: Path | None
    pdf: Path | None


@click.command()
@click.argument("problem", metavar="[PROBLEME.json]", required=False, type=_FILE)
@click.option("--workbook", metavar="FICHIER", type=_FILE, help="Classeur de recensement d'une mission.")
@click.option("--project", metavar="ID", help="Projet du classeur.")
@click.option(
    "--dans-la-mission",
    "in_mission",
    is_flag=True,
    help="Le plan tel que la mission le voit : compte et budgets partagés, part de l'enveloppe.",
)
@click.option("--on", "day", type=_DAY, help="Date d'examen (par défaut : celle du comité).")
@reading_option
@despite_option
@catalogue_option
@click.option("--xlsx", type=OutFile(".xlsx"), help="Écrit le classeur du plan, aux formules vivantes.")
@click.option("--docx", type=OutFile(".docx"), help="Écrit le plan en texte.")
@click.option("--pdf", type=OutFile(".pdf"), help="Écrit le plan en PDF balisé.")
@click.option("--variants", is_flag=True, help="Affiche les variantes : moins de dossiers, sans avance, sans prêt.")
@click.option("--avant", "before", type=_DAY, help="Ajoute la variante « premiers versements avant cette date ».")
@click.option("--et-si", "what", metavar="FAIT=VALEUR", multiple=True, help="Compare avec d'autres faits (répétable).")
@click.option("--besoin-couvert", is_flag=True, help="Exige que tout le besoin soit couvert.")
@click.option("--soutien-min", "least", metavar="MONTANT", help="Exige au moins ce soutien, par exemple « 1,5 M€ ».")
@click.option("--max-dossiers", "files", type=click.IntRange(min=1), help="Au plus ce nombre de dossiers.")
@click.option("--sans-avance", is_flag=True, help="Refuse toute avance remboursable.")
@click.option("--sans-pret", is_flag=True, help="Refuse tout prêt.")
@click.option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON (docs/schemas/plan-v1.json).")
def plan(
    *,
    problem: Path | None,
    workbook: Path | None,
    project: str | None,
    in_mission: bool,
    day: datetime | None,
    reading: str | None,
    despite: bool,
    folder: Path,
    xlsx: Path | None,
    docx: Path | None,
    pdf: Path | None,
    variants: bool,
    before: datetime | None,
    what: tuple[str, ...],
    besoin_couvert: bool,
    least: str | None,
    files: int | None,
    sans_avance: bool,
    sans_pret: bool,
    as_json: bool,
) -> None:
    """Plan de financement légal, prouvé le meilleur et revérifié.

    Soit d'un problème écrit en JSON (docs/schemas/probleme-v1.json), soit d'un projet d'un classeur de recensement
    (--workbook et --project). Le plan d'un projet de classeur est établi pour lui seul, sans l'enveloppe ;
    --dans-la-mission donne celui que la mission retient, comme le site. Codes de sortie : 0, même sans plan possible
    (les raisons sont dites) ; 2 si un fichier est faux, ou une question de vraisemblance sans réponse ; 1 si le
    calcul échoue.
    """
    demands = _demands(
        need=besoin_couvert, least=least, files=files, without_advance=sans_avance, without_loan=sans_pret
    )
    asked = _Asked(
        demands=demands,
        changes=_changes(what),
        before=before.date() if before else None,
        variants=variants or before is not None,
        as_json=as_json,
        in_mission=in_mission,
        despite=despite,
        reading=reading_taken(reading),
        xlsx=xlsx,
        docx=docx,
        pdf=pdf,
    )
    try:
        if problem is not None and workbook is None:
            _of_problem(problem, asked)
        elif workbook is not None and problem is None and project:
            _of_workbook(workbook, project, day.date() if day else None, folder, asked)
        else:
            raise click.UsageError("donner un fichier PROBLEME.json, ou bien --workbook et --project")
    except DataError as error:
        show_faults(error.faults)
    except RebondError as error:
        fail(str(error))


def _demands(
    *, need: bool, least: str | None, files: int | None, without_advance: bool, without_loan: bool
) -> tuple[Demand, ...]:
    demands: list[Demand] = [need_covered()] if need else []
    if least is not None:
        try:
            amount = require_euros(least)
        except Unreadable as error:
            said = f"{error.problem} → {error.mend}"
            raise click.BadParameter(said, param_hint="'--soutien-min'") from error
        if amount < 0:
            raise click.BadParameter(f"« {least} » est négatif", param_hint="'--soutien-min'")
        if amount > MOST_AMOUNT:
            raise click.BadParameter("montant démesuré : vérifier le nombre", param_hint="'--soutien-min'")
        demands.append(support_at_least(amount))
    if files is not None:
        demands.append(at_most_files(files))
    if without_advance:
        forms = {Instrument.REPAYABLE_ADVANCE}
        demands.append(without_forms(forms, key="sans_avance", label="aucune avance remboursable"))
    if without_loan:
        demands.append(without_forms({Instrument.LOAN}, key="sans_pret", label="aucun prêt"))
    return tuple(demands)


def _changes(what: Iterable[str]) -> dict[str, str]:
    changes: dict[str, str] = {}
    for pair in what:
        name, equal, value = pair.partition("=")
        if not equal or not name.strip():
            raise click.BadParameter(f"« {pair} » : écrire fait=valeur", param_hint="'--et-si'")
        changes[name.strip()] = value.strip()
    return changes


def _of_problem(path: Path, asked: _Asked) -> None:
    """Plan a problem file: every project of it, together."""
    of_workbook = (asked.changes, asked.before, asked.in_mission, asked.reading, asked.xlsx, asked.docx, asked.pdf)
    if any(option is not UNKNOWN and bool(option) for option in of_workbook):
        raise click.UsageError(
            "--et-si, --avant, --dans-la-mission, --lecture et les documents demandent un projet de classeur "
            "(--workbook)"
        )
    problem = load_problem(path, schema=load_schema(data_folder() / "schemas" / "probleme-v1.json"))
    if asked.demands and len(problem.projects) > 1:
        raise click.UsageError("une exigence ne porte que sur un problème d'un seul projet")
    found = _plan_all(problem, asked.demands)
    alone = {key: problem_alone(problem, key, _legal(found)) for key in found}
    if asked.as_json:
        data = _envelope()
        for key, result in found.items():
            _add_result(data, result, alone[key])
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for key, result in found.items():
        if isinstance(result, NoPlan):
            print_no_plan(result)
        else:
            labels = {line.id: line.label or line.id for line in alone[key].projects[0].lines}
            print_plan(result, explain_plan(result, alone[key]), labels)


def _plan_all(problem: FinancingProblem, demands: tuple[Demand, ...]) -> dict[str, FinancingPlan | NoPlan]:
    """A plan for each project, or why it has none."""
    if len(problem.projects) == 1:
        return {problem.projects[0].id: plan_or_conflict(problem, demands)}
    plans = optimise_plans(problem)
    return {
        key: result if result.lines else plan_or_conflict(problem_alone(problem, key, plans))
        for key, result in plans.items()
    }


def _legal(found: Mapping[str, FinancingPlan | NoPlan]) -> dict[str, FinancingPlan]:
    return {key: result for key, result in found.items() if isinstance(result, FinancingPlan)}


def _envelope() -> dict[str, Any]:
    return {"schema": SCHEMA, "moteur": __version__, "plans": [], "sans_plan": []}


def _add_result(data: dict[str, Any], result: FinancingPlan | NoPlan, problem: FinancingProblem) -> None:
    if isinstance(result, NoPlan):
        data["sans_plan"].append(no_plan_as_data(result))
    else:
        data["plans"].append(plan_as_data(result, audit_plan(result, problem), explain_plan(result, problem)))


def _of_workbook(workbook: Path, project_id: str, on: date | None, folder: Path, asked: _Asked) -> None:
    """Plan one project of a workbook: on its own, or as the mission plans it."""
    open_project = project_in_mission if asked.in_mission else project_alone
    ready = open_project(workbook, project_id, on=on, folder=folder, despite=asked.despite, reading=asked.reading)
    found = ready.now
    result = _answer(found, asked.demands)
    if isinstance(result, FinancingPlan):
        found = replace(found, plan=result)
    dossier = build_dossier(
        found,
        delays=load_delays(catalogue_part(folder, "referentiels") / "delais.yaml"),
        fictitious=ready.fictitious,
        before=asked.before,
        scope=ready.scope,
        solve=ready.solve,
        demands=asked.demands,
        obstacle=result if isinstance(result, NoPlan) else None,
    )
    dossier = replace(dossier, alerts=(*ready.alerts, *dossier.alerts), steps=ready.steps)
    compared = ready.what_if(asked.changes) if asked.changes else None
    _write_documents(dossier, asked)
    if asked.as_json:
        data = _workbook_data(dossier, found, result, compared)
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    if isinstance(result, NoPlan):
        print_no_plan(result)
    print_dossier(dossier, variants=asked.variants)
    if compared is not None:
        print_what_if(compared)


def _answer(found: Study, demands: tuple[Demand, ...]) -> FinancingPlan | NoPlan:
    """The plan of the study where it answers; otherwise the best under the demands, or why there is none."""
    return found.plan if found.plan.lines and not demands else plan_or_conflict(found.problem, demands)


def _write_documents(dossier: PlanDossier, asked: _Asked) -> None:
    """Every document that is asked for, or none of them when one cannot be made."""
    wanted = {path: _writer(path.suffix.lower()) for path in (asked.xlsx, asked.docx, asked.pdf) if path is not None}
    with ExitStack() as all_or_none:
        for path, write in wanted.items():
            write(dossier, all_or_none.enter_context(written_file(path)))
    for path in wanted:
        click.echo(f"Écrit : {path}", err=True)


def _writer(form: str) -> Callable[[PlanDossier, Path], None]:
    """What writes a form: each loads libraries of its own, that the others do without."""
    if form == ".xlsx":
        from rebond.adapters.plan_documents.xlsx import write_xlsx

        return write_xlsx
    if form == ".docx":
        from rebond.adapters.plan_documents.docx import write_docx

        return write_docx
    from rebond.adapters.plan_documents.pdf import write_pdf

    return write_pdf


def _workbook_data(
    dossier: PlanDossier, found: Study, result: FinancingPlan | NoPlan, compared: WhatIf | None
) -> dict[str, Any]:
    data = _envelope()
    _add_result(data, result, found.problem)
    data |= {
        "catalogue": dossier.catalogue_version,
        "date_examen": dossier.on.isoformat(),
        "lecture": {"code": found.context.read_as.value, "intitule": dossier.reading},
        "donnees_fictives": dossier.fictitious,
        "portee": dossier.scope,
        "alertes": list(dossier.alerts),
        "tableau": table_as_data(dossier.table, dossier.flow),
        "financeurs": funding_as_data(dossier.funding),
        "variantes": [variant_as_data(variant) for variant in dossier.variants],
        "inconnus": [unknown_as_data(effect) for effect in dossier.unknowns],
        "sans_montant": [{"dispositif": item.dispositif, "motif": item.reason} for item in found.built.unquantified],
    }
    if compared is not None:
        data["et_si"] = what_if_as_data(compared)
    return data
