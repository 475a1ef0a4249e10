"""One project of a result as plain data: what it is, what was found of it, where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rebond.facts import UNKNOWN, AwardedAid, CommitteeDecision, CostLine
from rebond.facts.answered import Closed
from rebond.financing.plan.as_json import line_as_data, stack_as_data
from rebond.financing.plan.model import FinancingPlan
from rebond.portfolio.call import CallDecision
from rebond.portfolio.reasons import Entry
from rebond.portfolio.robust.model import Status
from rebond.referrals.orient import Referral
from rebond.restitution.json_values import number, plain
from rebond.restitution.verdict_tables import VerdictTables
from rebond.results import ProjectResult


def _way_in(entry: Entry | None) -> dict[str, Any] | None:
    """What would bring in a candidate that is not proposed."""
    if entry is None:
        return None
    return {
        "enveloppe_en_plus": number(entry.short),
        "a_la_place_de": list(entry.instead_of),
        "valeur_perdue": number(entry.lost),
    }


def project_as_data(
    result: ProjectResult, tables: VerdictTables, decision: CommitteeDecision | None, statuses: Mapping[str, Status]
) -> dict[str, Any]:
    """What is known of one project; ``decision``: ``None`` as long as none is recorded, ``statuses``: of the robust."""
    project = result.project
    return {
        "id": project.id,
        "entreprise": result.firm.id,
        "intitule": project.title,
        "commune": result.commune.code if result.commune else UNKNOWN.value,
        "zones": {
            name: {"valeur": plain(zone.value), "source": zone.source, "hypothese": zone.assumed}
            for name, zone in result.zones.items()
        },
        "type": plain(project.kind),
        "cout": number(project.total_cost),
        "besoin": number(result.built.problem.need),
        "emplois_crees": plain(project.jobs_created),
        "postes": [_cost(line) for line in project.costs],
        "connu": {
            "statut": result.known.known.value,
            "par": list(result.known.by),
            "peut_etre_par": list(result.known.maybe_by),
            "raisons": [reason for link in result.known.links for reason in link.reasons],
        },
        "maturite": {
            "niveau": plain(result.maturity.level),
            "niveau_calcule": plain(result.maturity.derived),
            "mur": result.maturity.ripe.value,
            "impose": result.maturity.overridden,
            "motif": result.maturity.reason,
            "manque": list(result.maturity.missing),
        },
        "valeur": {
            "note": number(result.score.value),
            "note_au_plus": number(result.score.high),
            "criteres": [
                {
                    "critere": entry.criterion,
                    "poids": number(entry.weight),
                    "note": number(entry.score),
                    "explication": entry.explanation,
                    "connue": entry.known,
                    "note_au_plus": number(entry.high),
                    "evaluateurs": entry.marks,
                    "ecart": entry.spread,
                }
                for entry in result.score.criteria
            ],
        },
        "verdicts": tables.verdicts_as_data(result),
        "plan": _plan(result.plan),
        "sans_montant": [{"dispositif": u.dispositif, "motif": u.reason} for u in result.built.unquantified],
        # A plan that breaks a rule raises before it can be here: the audit of what is published always holds.
        "audit": {"conforme": True, "manquements": []},
        "selection": {
            "statut": result.decision.status.value,
            "motifs": list(result.decision.reasons),
            "sans_autre_financement": number(result.decision.uncovered),
            "enveloppe": result.decision.envelope,
            "pour_entrer": _way_in(result.decision.way_in),
            "robustesse": statuses[project.id].value if project.id in statuses else None,
            **({"appels": {name: _before(each) for name, each in result.calls.items()}} if result.calls else {}),
        },
        "decision": _decision(decision),
        "suites": [_referral(referral) for referral in result.referrals],
        "obtenu": [_award(award) for award in result.awards],
        "refus": [_closed(closed) for closed in result.answers.closed],
    }


def _before(decision: CallDecision) -> dict[str, Any]:
    """Where a project stands before one of several calls."""
    return {
        "statut": decision.status.value,
        "motifs": list(decision.reasons),
        "enveloppe": decision.envelope,
        "pour_entrer": _way_in(decision.way_in),
    }


def _award(award: AwardedAid) -> dict[str, Any]:
    """What a referral brought: the support in its euros, its equivalent at least and at most."""
    return {
        "dispositif": award.dispositif,
        "intitule": award.label,
        "financeur": award.funder,
        "date": award.granted_on.isoformat(),
        "accorde": number(award.support),
        "verse": number(award.paid),
        "regime": award.regime,
        "equivalent_au_moins": number(award.at_least),
        "equivalent_au_plus": number(award.at_most),
        "regle_passee": award.breach,
    }


def _closed(closed: Closed) -> dict[str, Any]:
    return {
        "dispositif": closed.dispositif,
        "organisation": closed.organisation,
        "reponse": closed.state.value,
        "date": plain(closed.on),
        "motif": closed.reason,
    }


def _decision(decision: CommitteeDecision | None) -> dict[str, Any] | None:
    """What the committee settled, beside what was proposed; ``None`` as long as nothing is recorded."""
    if decision is None:
        return None
    return {
        "decision": decision.outcome.value,
        "montant": plain(decision.amount),
        "date": plain(decision.decided_on),
        "motif": decision.reason,
        "par": decision.by,
        **({"appel": decision.call} if decision.call else {}),
    }


def _cost(line: CostLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "intitule": line.label,
        "nature": line.nature,
        "annee": line.year,
        "montant": number(line.amount),
    }


def _plan(plan: FinancingPlan) -> dict[str, Any]:
    return {
        "besoin": number(plan.need),
        "soutien": plan.support,
        "a_rembourser": plan.to_pay_back,
        "equivalent_subvention": number(plan.benefit),
        "aide_etat": number(plan.aid),
        "couvert": number(plan.covered),
        "reste": number(plan.gap),
        "prouve": plan.proven,
        "ecart": plan.gap_to_bound,
        "niveaux": stack_as_data(plan.stack),
        "remarques": list(plan.remarks),
        "lignes": [line_as_data(line) for line in plan.lines],
    }


def _referral(referral: Referral) -> Mapping[str, Any]:
    return {
        "sorte": referral.kind.value,
        "organisation": referral.organisation,
        "dispositifs": list(referral.dispositifs),
        "motif": referral.reason,
        "prochaine_etape": referral.next_step,
        "responsable": referral.owner,
        "echeance": referral.due_on.isoformat(),
    }
