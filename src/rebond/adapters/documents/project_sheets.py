"""The contents of the projects' workbook: which sheets, which columns, which rows, before any formatting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rebond.adapters.documents.sheet_cells import Column, Computed, Kind, Measured, Sheet, Value, column_letter
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, CommitteeDecision, DecisionOutcome
from rebond.financing.plan.model import forms_in_words
from rebond.indicators.model import AT_LEAST, Indicator
from rebond.referrals.orient import Referral
from rebond.results import MissionResult, ProjectResult

_KNOWN = {Truth.YES: "connu", Truth.NO: "inconnu des partenaires", Truth.UNKNOWN: "à confirmer"}


def project_sheets(result: MissionResult) -> tuple[Sheet, ...]:
    """The sheets in the order of the workbook."""
    decisions = (_decisions(result),) if result.census.decisions else ()
    return (
        _support(result),
        _projects(result),
        *decisions,
        _plans(result),
        _ways_out(result),
        _indicators(result),
        _rows(result),
    )


_PROJECT_COLUMNS = (
    Column("Entreprise", 28),
    Column("Projet", 8),
    Column("Intitulé", 44),
    Column("SIREN", 12),
    Column("Commune", 20),
    Column("Intercommunalité", 22),
    Column("Investissement", 15, Kind.EUROS),
    Column("Besoin", 14, Kind.EUROS),
    Column("Emplois créés", 14, Kind.NUMBER),
    Column("Connaissance", 18),
    Column("Connu de", 24),
    Column("Maturité", 16),
    Column("Dispositifs éligibles", 11, Kind.NUMBER),
    Column("Dispositifs à vérifier", 11, Kind.NUMBER),
    Column("Dispositifs refusés", 11, Kind.NUMBER),
    Column("Soutien ferme", 14, Kind.EUROS),
    Column("Sous conditions", 14, Kind.EUROS),
    Column("Droit à relire", 14, Kind.EUROS),
    Column("Projet non mûr", 14, Kind.EUROS),
    Column("Soutien utile", 14, Kind.EUROS),
    Column("Reste à financer", 15, Kind.EUROS),
    Column("Équivalent-subvention, tous niveaux", 15, Kind.EUROS),
    Column("Place dans l'appel", 24),
    Column("Proposé sur l'enveloppe", 14, Kind.EUROS),
    Column("Valeur sur 100", 10, Kind.SCORE),
    Column("Motifs", 80),
    Column("Suite", 24),
    Column("Organisations", 36),
    Column("Prochaine étape", 40),
    Column("Échéance", 12, Kind.DATE),
)


_LEVELS = (
    "soutien_ferme_eur",
    "soutien_sous_conditions_eur",
    "soutien_droit_non_relu_eur",
    "soutien_projets_non_murs_eur",
    "soutien_utile_eur",
    "reste_a_financer_eur",
    "besoin_eur",
)


def _support(result: MissionResult) -> Sheet:
    """The money of the mission: the levels, their sum, what is left, the need."""
    figures = {indicator.code: indicator for indicator in result.indicators}
    shown = [figures[code] for code in _LEVELS]
    if figures["soutien_au_dela_eur"].value:
        shown.append(figures["soutien_au_dela_eur"])
    questions = figures["questions_ouvertes"]
    return Sheet(
        name="Soutiens",
        purpose="L'argent de la mission, par niveau de certitude : les quatre niveaux font le soutien utile, et le "
        "soutien utile et le reste font le besoin.",
        columns=(
            Column("Niveau", 44),
            Column("Montant", 18, Kind.EUROS),
            Column("Remarque", 44),
            Column("Définition", 84),
        ),
        rows=tuple(
            (
                indicator.label,
                _sum(indicator, shown, len(result.projects)),
                questions.text if indicator.code == "soutien_sous_conditions_eur" else bounded_note(indicator),
                indicator.definition,
            )
            for indicator in shown
        ),
        frozen=1,
    )


def _sum(indicator: Indicator, shown: Sequence[Indicator], projects: int) -> Value:
    """A level adds its projects up; the useful support the levels; the need what is found and what is left."""
    lines = {each.code: rank for rank, each in enumerate(shown, start=2)}
    if indicator.code in _SUMS:
        first, last = (lines[code] for code in _SUMS[indicator.code])
        return Computed(f"=SUM(B{first}:B{last})", indicator.value)
    title = _OF_PROJECTS.get(indicator.code)
    if title is None or not projects:
        return indicator.value
    letter = column_letter([column.title for column in _PROJECT_COLUMNS].index(title))
    return Computed(f"=SUM(Projets!{letter}2:{letter}{projects + 1})", indicator.value)


_SUMS = {
    "soutien_utile_eur": ("soutien_ferme_eur", "soutien_projets_non_murs_eur"),
    "besoin_eur": ("soutien_utile_eur", "reste_a_financer_eur"),
}
"""The first and the last line that a line adds up."""
_OF_PROJECTS = {
    "soutien_ferme_eur": "Soutien ferme",
    "soutien_sous_conditions_eur": "Sous conditions",
    "soutien_droit_non_relu_eur": "Droit à relire",
    "soutien_projets_non_murs_eur": "Projet non mûr",
    "reste_a_financer_eur": "Reste à financer",
}


def bounded_note(indicator: Indicator) -> str:
    """What a figure lacks, with the side on which the truth is."""
    return f"{indicator.bound} : {indicator.note}" if indicator.bound else indicator.note


def _decisions(result: MissionResult) -> Sheet:
    """What was proposed and what the committee decided, side by side."""
    projects = {p.project.id: p for p in result.projects}
    return Sheet(
        name="Décisions",
        purpose="Ce que Rebond a proposé et ce que le comité a décidé, côte à côte.",
        columns=(
            Column("Entreprise", 28),
            Column("Projet", 8),
            Column("Intitulé", 44),
            *((Column("Appel", 28),) if result.calls else ()),
            Column("Proposition", 24),
            Column("Proposé", 14, Kind.EUROS),
            Column("Décision", 20),
            Column("Décidé", 14, Kind.EUROS),
            Column("Date", 12, Kind.DATE),
            Column("Motif", 50),
            Column("Par", 24),
        ),
        rows=tuple(_decided(result, projects[each.project_id], each) for each in result.census.decisions),
        frozen=3,
    )


def _decided(result: MissionResult, p: ProjectResult, decision: CommitteeDecision) -> tuple[Value, ...]:
    nothing = UNKNOWN if decision.outcome is DecisionOutcome.RETAINED else 0
    return (
        p.firm.name,
        p.project.id,
        p.project.title,
        *((result.call_title(decision.call),) if result.calls else ()),
        p.decision.status.label,
        p.decision.envelope,
        decision.outcome.label,
        nothing if decision.amount is UNKNOWN else decision.amount,
        decision.decided_on,
        decision.reason or UNKNOWN,
        decision.by or UNKNOWN,
    )


def _projects(result: MissionResult) -> Sheet:
    return Sheet(
        name="Projets",
        purpose="Un projet par ligne : ce qui est su, ce qui lui est ouvert, ce qui est proposé.",
        columns=(*_PROJECT_COLUMNS, *((Column("Appel qui le finance", 28),) if result.calls else ())),
        rows=tuple(_project(result, project) for project in result.projects),
        frozen=3,
        totals=frozenset(
            rank
            for rank, column in enumerate(_PROJECT_COLUMNS)
            if column.kind is Kind.EUROS or column.title == "Emplois créés"
        ),
    )


def _project(result: MissionResult, p: ProjectResult) -> tuple[Value, ...]:
    verdicts = [verdict.truth for verdict in p.verdicts]
    main = p.referrals[0] if p.referrals else None
    level = p.maturity.level
    return (
        p.firm.name,
        p.project.id,
        p.project.title,
        p.firm.siren,
        p.commune.name if p.commune else UNKNOWN,
        result.labels.epcis.get(p.commune.epci, "") if p.commune else UNKNOWN,
        p.project.total_cost,
        p.plan.need,
        p.project.jobs_created,
        _KNOWN[p.known.known] if p.known.compared else "non rapproché",
        _names(result, p.known.by or p.known.maybe_by),
        level if level is UNKNOWN else result.labels.maturity_levels.get(level, level),
        verdicts.count(Truth.YES),
        verdicts.count(Truth.UNKNOWN),
        verdicts.count(Truth.NO),
        p.stack.firm,
        p.stack.conditional,
        p.stack.unverified,
        p.stack.not_ripe,
        p.stack.useful,
        p.plan.need - p.stack.useful,
        p.plan.benefit,
        p.decision.status.label,
        p.decision.envelope,
        p.score.value,
        " ; ".join(p.decision.reasons),
        main.kind.label if main else "à donner",
        _names(result, [referral.organisation for referral in p.referrals]),
        main.next_step if main else "à fixer",
        main.due_on if main else UNKNOWN,
        *_call_of(result, p),
    )


def _call_of(result: MissionResult, p: ProjectResult) -> tuple[Value, ...]:
    """Which of several calls is proposed to finance it; no cell where there is one call."""
    share = result.financing_call(p)
    return (share.title if share else "",) if result.calls else ()


def _names(result: MissionResult, codes: Iterable[str]) -> str:
    return ", ".join(result.organisation_name(code) for code in dict.fromkeys(codes))


def _plans(result: MissionResult) -> Sheet:
    return Sheet(
        name="Plans",
        purpose="Les lignes des plans de financement : qui paie quoi, sous quel article, jusqu'à quel plafond.",
        columns=(
            Column("Entreprise", 28),
            Column("Projet", 8),
            Column("Dispositif", 44),
            Column("Financeur", 22),
            Column("Forme", 26),
            Column("Base légale", 24),
            Column("Poste", 26),
            Column("Montant", 14, Kind.EUROS),
            Column("Dont à rembourser", 14, Kind.EUROS),
            Column("Équivalent-subvention", 15, Kind.EUROS),
            Column("Calcul", 44),
            Column("Plafond", 44),
            Column("Enveloppe de l'appel", 12),
            Column("Droit vérifié", 10),
            Column("Certitude", 16),
            Column("À confirmer", 80),
        ),
        rows=tuple(_plan_rows(result)),
        totals=frozenset({7, 8, 9}),
    )


def _plan_rows(result: MissionResult) -> Iterable[tuple[Value, ...]]:
    for p in result.projects:
        costs = {line.id: line for line in p.project.costs}
        for line in p.plan.lines:
            cost = costs.get(line.line)
            yield (
                p.firm.name,
                p.project.id,
                line.title,
                result.organisation_name(line.funder),
                forms_in_words(line.forms),
                line.article,
                (cost.label or result.labels.natures.get(cost.nature, cost.nature)) if cost else line.line,
                line.amount,
                line.to_pay_back,
                line.aid,
                line.formula,
                line.ceiling,
                "oui" if line.is_envelope else "non",
                "oui" if line.verified else "non",
                line.state.label,
                " ; ".join(line.reserves),
            )


def _ways_out(result: MissionResult) -> Sheet:
    return Sheet(
        name="Suites",
        purpose="Vers qui va chaque projet, pour quoi, la prochaine étape, son responsable et sa date.",
        columns=(
            Column("Entreprise", 28),
            Column("Projet", 8),
            Column("Suite", 26),
            Column("Organisation", 36),
            Column("Dispositifs", 50),
            Column("Motif", 44),
            Column("Prochaine étape", 44),
            Column("Responsable", 30),
            Column("Échéance", 12, Kind.DATE),
        ),
        rows=tuple(_way_out(result, p, referral) for p in result.projects for referral in p.referrals),
    )


def _way_out(result: MissionResult, p: ProjectResult, referral: Referral) -> tuple[Value, ...]:
    titles = result.labels.dispositifs
    return (
        p.firm.name,
        p.project.id,
        referral.kind.label,
        result.labels.organisations.get(referral.organisation, referral.organisation),
        " ; ".join(titles.get(key, key) for key in referral.dispositifs),
        referral.reason,
        referral.next_step,
        result.organisation_name(referral.owner),
        referral.due_on,
    )


def _indicators(result: MissionResult) -> Sheet:
    return Sheet(
        name="Indicateurs",
        purpose="Chaque chiffre publié, avec sa définition ; les lignes qui le composent sont sur la feuille suivante.",
        columns=(
            Column("Code", 36),
            Column("Chiffre", 44),
            Column("Valeur", 24),
            Column("Nombre", 16, Kind.NUMBER),
            Column("Au plus", 16, Kind.NUMBER),
            Column("Unité", 14),
            Column("Définition", 70),
            Column("Remarque", 44),
            Column("Lignes", 8, Kind.NUMBER),
        ),
        rows=tuple(
            (
                i.code,
                i.label,
                i.text,
                UNKNOWN if i.absent else Measured(i.value, i.unit),
                UNKNOWN if i.absent else Measured(i.most, i.unit) if i.bound != AT_LEAST else UNKNOWN,
                i.unit,
                i.definition,
                i.note,
                len(i.rows),
            )
            for i in result.indicators
        ),
        frozen=1,
    )


def _rows(result: MissionResult) -> Sheet:
    return Sheet(
        name="Lignes",
        purpose="Les lignes derrière chaque chiffre : ce que chacune lui apporte.",
        columns=(
            Column("Code", 36),
            Column("Ligne", 24),
            Column("Libellé", 70),
            Column("Valeur", 16, Kind.NUMBER),
        ),
        rows=tuple(
            (i.code, row.id, row.label, Measured(row.value, i.unit)) for i in result.indicators for row in i.rows
        ),
    )
