"""The call in the workbook: its rules among the settings, who pays, its steps and those of what the committee decided.

A step that names a project follows what the committee decided for it; one that names none is of the whole call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from rebond.adapters.workbook.consistency import codes_of
from rebond.adapters.workbook.layout import Layout
from rebond.adapters.workbook.references import tell
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.tables import Row, Table
from rebond.adapters.workbook.template import Row as Written
from rebond.adapters.workbook.wording import fold, nearest
from rebond.eligibility.places import Gazetteer
from rebond.facts import (
    UNKNOWN,
    CallStage,
    CallStep,
    Census,
    CommitteeDecision,
    Contribution,
    DecisionOutcome,
    Envelope,
    MissionSettings,
    StageOutcome,
)
from rebond.reading.problem import Unreadable

_DISPOSITIF, _CALL, _CALLS = "dispositif_appel", "appel", "appels"
_OF_CALL = frozenset({CallStage.CUTOFF})
_OF_PROJECT = frozenset({CallStage.WITHDRAWAL})


def envelope_in(tables: Mapping[str, Table]) -> Envelope:
    """The call that a workbook holds."""
    row = tables["mission"].rows[0]
    return replace(
        _rules(row, tables, ""),
        title=row.text("nom_appel"),
        dispositif=row.value(_DISPOSITIF),
        max_rate=row.value("taux_max_enveloppe"),
        operator=row.text("operateur_enveloppe"),
    )


def calls_in(tables: Mapping[str, Table]) -> Iterator[Envelope]:
    """The other calls that a workbook holds."""
    for row in tables[_CALLS].rows:
        key = row.text("dispositif")
        yield replace(
            _rules(row, tables, key),
            title=row.text("nom"),
            dispositif=key,
            max_rate=row.value("taux_max"),
            operator=row.text("operateur"),
        )


def _rules(row: Row, tables: Mapping[str, Table], call: str) -> Envelope:
    """What the first call and the others say in columns of the same name."""
    return Envelope(
        contributions=_contributions(tables, call),
        funds_part=row.value("finance_en_partie"),
        max_per_project=row.value("plafond_par_projet"),
        min_spend=row.value("depense_min"),
        min_aid=row.value("aide_min"),
        grant_share=row.value("part_subvention"),
        max_months=row.value("duree_max_mois"),
        after_cutoff=row.value("apres_releve"),
        calendar=_calendar(tables, call),
    )


def _contributions(tables: Mapping[str, Table], call: str) -> tuple[Contribution, ...]:
    return tuple(_contribution(row) for row in tables["enveloppe"].rows if row.text(_CALL) == call)


def _calendar(tables: Mapping[str, Table], call: str) -> tuple[CallStep, ...]:
    rows = (row for row in tables["etapes"].rows if not row.text("projet"))
    return tuple(_step(row) for row in rows if row.text(_CALL) == call)


def decisions_in(tables: Mapping[str, Table]) -> Iterator[CommitteeDecision]:
    """What the committee decided, each with what came of it."""
    steps: dict[str, list[CallStep]] = {}
    for row in tables["etapes"].rows:
        steps.setdefault(row.text("projet"), []).append(_step(row))
    for row in tables["decisions"].rows:
        yield CommitteeDecision(
            project_id=row.text("projet"),
            outcome=DecisionOutcome(row.text("decision")),
            amount=row.value("montant"),
            decided_on=row.value("date"),
            reason=row.text("motif"),
            by=row.text("par"),
            call=row.text(_CALL),
            steps=tuple(steps.get(row.text("projet"), ())),
        )


def _contribution(row: Row) -> Contribution:
    return Contribution(
        contributor=row.text("contributeur"),
        amount=row.value("montant"),
        epcis=codes_of(row.text("epci")),
        regions=codes_of(row.text("regions")),
        sizes=frozenset() if row.get("tailles") is UNKNOWN else row.value("tailles"),
        activities=codes_of(row.text("naf")),
        min_per_project=row.value("minimum_projet"),
        max_per_project=row.value("plafond_projet"),
        max_share=row.value("part_max"),
    )


def _step(row: Row) -> CallStep:
    outcome = row.text("issue")
    return CallStep(
        stage=CallStage(row.text("etape")),
        on=row.value("date"),
        outcome=StageOutcome(outcome) if outcome else UNKNOWN,
        amount=row.value("montant"),
        by=row.text("par"),
        reason=row.text("motif"),
    )


def call_parameters(envelope: Envelope) -> Written:
    """The parameters of the mission that are rules of the call."""
    return {
        **_rule_cells(envelope),
        "nom_appel": envelope.title,
        _DISPOSITIF: envelope.dispositif,
        "operateur_enveloppe": envelope.operator,
        "taux_max_enveloppe": envelope.max_rate,
    }


def call_rows(settings: MissionSettings) -> Iterator[Written]:
    """The other calls, a row each."""
    for call in settings.calls:
        yield {
            **_rule_cells(call),
            "dispositif": call.dispositif,
            "nom": call.title,
            "operateur": call.operator,
            "taux_max": call.max_rate,
        }


def _rule_cells(call: Envelope) -> Written:
    return {
        "finance_en_partie": call.funds_part,
        "plafond_par_projet": call.max_per_project,
        "depense_min": call.min_spend,
        "aide_min": call.min_aid,
        "part_subvention": call.grant_share,
        "duree_max_mois": call.max_months,
        "apres_releve": call.after_cutoff,
    }


def contribution_rows(settings: MissionSettings) -> Iterator[Written]:
    """The rows of who pays, call by call."""
    yield from _contribution_rows(settings.envelope, "")
    for call in settings.calls:
        yield from _contribution_rows(call, str(call.dispositif))


def _contribution_rows(envelope: Envelope, call: str) -> Iterator[Written]:
    for part in envelope.contributions:
        yield {
            _CALL: call,
            "contributeur": part.contributor,
            "montant": part.amount,
            "epci": ", ".join(part.epcis),
            "regions": ", ".join(part.regions),
            "tailles": part.sizes or UNKNOWN,
            "naf": ", ".join(part.activities),
            "minimum_projet": part.min_per_project,
            "plafond_projet": part.max_per_project,
            "part_max": part.max_share,
        }


def step_rows(census: Census) -> Iterator[Written]:
    """The steps of the call, then those of each decision."""
    settings = census.settings
    yield from (_step_row(step, "") for step in settings.envelope.calendar)
    yield from ({**_step_row(step, ""), _CALL: c.dispositif} for c in settings.calls for step in c.calendar)
    for decision in census.decisions:
        yield from ({**_step_row(step, decision.project_id), _CALL: decision.call} for step in decision.steps)


def _step_row(step: CallStep, project: str) -> Written:
    return {
        "projet": project,
        "etape": step.stage.value,
        "date": step.on,
        "issue": "" if step.outcome is UNKNOWN else step.outcome.value,
        "montant": step.amount,
        "par": step.by,
        "motif": step.reason,
    }


def check_call(tables: Mapping[str, Table], gazetteer: Gazetteer, report: Report) -> None:
    """Contributors whose rules can hold, and steps that follow something, each of a call that there is."""
    _check_calls(tables, report)
    for row in tables["enveloppe"].rows:
        _check_contribution(row, gazetteer, report)
    decided = {fold(row.text("projet")) for row in tables["decisions"].rows}
    for row in tables["etapes"].rows:
        if row.is_sound("etape", "projet"):
            _check_step(row, decided, report)


def check_dispositif(tables: Mapping[str, Table], layout: Layout, report: Report) -> None:
    """A call that is of a dispositif of the catalogue."""
    rows = [(row, _DISPOSITIF) for row in tables["mission"].rows]
    rows += [(row, "dispositif") for row in tables[_CALLS].rows]
    for row, key in rows:
        code = row.text(key)
        if code and layout.dispositifs and code not in layout.dispositifs:
            near = nearest(code, sorted(layout.dispositifs))
            meant = f" (peut-être « {near} »)" if near else ""
            mend = f"écrire l'identifiant que donne la page du dispositif, dans le catalogue{meant}, ou laisser vide"
            tell(row, key, Unreadable("le catalogue n'a pas de dispositif de cet identifiant", mend), report)


def _check_calls(tables: Mapping[str, Table], report: Report) -> None:
    first = {row.text(_DISPOSITIF) for row in tables["mission"].rows}
    named = {row.text("dispositif") for row in tables[_CALLS].rows}
    paid = {row.text(_CALL) for row in tables["enveloppe"].rows}
    decided = {fold(row.text("projet")): row.text(_CALL) for row in tables["decisions"].rows}
    for row in tables[_CALLS].rows:
        if row.text("dispositif") in first:
            problem = "c'est le dispositif du premier appel, de la feuille « mission »"
            tell(row, "dispositif", Unreadable(problem, "un dispositif par appel : en écrire un autre"), report)
        elif row.is_sound("dispositif") and row.text("dispositif") not in paid:
            mend = "écrire ce dispositif dans la colonne « Appel » de la feuille « enveloppe », à chaque contributeur"
            tell(row, "dispositif", Unreadable("aucun contributeur ne finance cet appel", mend), report)
    for sheet in ("enveloppe", "etapes", "decisions", "criteres"):
        for row in tables[sheet].rows:
            if not row.is_sound(_CALL):
                continue
            if row.text(_CALL) and row.text(_CALL) not in named:
                near = nearest(row.text(_CALL), sorted(named))
                meant = f" (peut-être « {near} »)" if near else ""
                mend = f"écrire le dispositif d'un appel de la feuille « autres appels »{meant}, ou laisser vide"
                tell(row, _CALL, Unreadable("la mission n'a pas d'appel de ce dispositif", mend), report)
            elif (
                sheet == "etapes"
                and row.text("projet")
                and row.text(_CALL) != decided.get(fold(row.text("projet")), "")
            ):
                mend = "écrire le même appel que dans la feuille « décisions »"
                tell(row, _CALL, Unreadable("la décision sur ce projet est d'un autre appel", mend), report)


def _check_contribution(row: Row, gazetteer: Gazetteer, report: Report) -> None:
    known: Iterable[tuple[str, Mapping[str, str], str]] = (
        ("epci", gazetteer.epcis, "écrire le SIREN de chaque intercommunalité, séparés par des virgules"),
        ("regions", gazetteer.regions, "écrire les codes INSEE des régions, séparés par des virgules : 44"),
    )
    for key, codes, mend in known:
        unknown = [code for code in codes_of(row.text(key)) if code not in codes]
        if unknown and row.is_sound(key):
            tell(row, key, Unreadable(f"code inconnu : {', '.join(unknown)}", mend), report)
    least, most = row.value("minimum_projet"), row.value("plafond_projet")
    if row.is_sound("minimum_projet", "plafond_projet") and UNKNOWN not in (least, most) and least > most:
        problem = "le minimum par projet passe le plafond : ce contributeur ne paierait rien"
        tell(row, "minimum_projet", Unreadable(problem, "baisser le minimum ou relever le plafond"), report)


def _check_step(row: Row, decided: frozenset[str] | set[str], report: Report) -> None:
    project, stage = row.text("projet"), CallStage(row.text("etape"))
    if project and stage in _OF_CALL:
        problem = "une relève est de l'appel, pas d'un projet"
        tell(row, "etape", Unreadable(problem, "effacer le projet, ou choisir une autre étape"), report)
    elif not project and stage in _OF_PROJECT:
        problem = "un désistement est celui d'un projet"
        tell(row, "etape", Unreadable(problem, "écrire le projet de l'entreprise qui se désiste"), report)
    elif project and fold(project) not in decided:
        problem = f"aucune décision du comité pour {project}"
        mend = "écrire sa décision dans la feuille « décisions », ou effacer le projet pour une étape de l'appel"
        tell(row, "projet", Unreadable(problem, mend), report)
