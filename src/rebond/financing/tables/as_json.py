"""The tables of those who fund a plan as JSON, on the published schema ``docs/schemas/plan-v1.json``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rebond.facts import UNKNOWN, Maybe
from rebond.financing.plan.as_json import number
from rebond.financing.tables.bank import BankTable
from rebond.financing.tables.expected import ExpectedSupport, ExpectedTotal
from rebond.financing.tables.funding import FundingTables
from rebond.financing.tables.leasing import Leasing
from rebond.financing.tables.region import RegionTable


def funding_as_data(found: FundingTables) -> dict[str, Any]:
    """Expected beside maximum, a Région's table, a bank's table, what is leased; « inconnu » where nobody knows."""
    return {
        "attendu": _expected(found.expected, found.expected_total),
        "region": _region(found.region),
        "banque": _bank(found.bank),
        "credit_bail": None if found.leasing is None else _leasing(found.leasing),
    }


def _expected(supports: tuple[ExpectedSupport, ...], total: ExpectedTotal) -> dict[str, Any]:
    return {
        "soutiens": [
            {
                "dispositif": each.dispositif,
                "maximum": {
                    "taux": None if each.maximum is None else number(each.maximum),
                    "calcul": each.formula,
                    "sources": list(each.sources),
                },
                "habituel": UNKNOWN.value
                if each.usual is None
                else {
                    "taux": number(each.usual.rate),
                    "source": each.usual.source,
                    "verifie": each.usual.verified,
                },
                "lignes": [
                    {
                        "poste": line.line,
                        "demande": line.asked,
                        "attendu": UNKNOWN.value if line.expected is None else line.expected,
                    }
                    for line in each.lines
                ],
            }
            for each in supports
        ],
        "total": total.amount if total.lines else UNKNOWN.value,
        "lignes_connues": total.lines,
        "lignes_inconnues": total.unknown_lines,
        "demande_inconnu": total.unknown_asked,
    }


def _region(region: RegionTable) -> dict[str, Any]:
    return {
        "postes": [
            {
                "poste": row.key,
                "cout": number(row.cost),
                "aide_publique": number(row.public_aid),
                "taux": _share(row.public_rate),
                "compte_au_plafond": number(row.counted),
                "plafond": None if row.ceiling is None else number(row.ceiling),
                "textes": list(row.articles),
                "sur_le_projet": row.per_project,
            }
            for row in region.rows
        ],
        "aide_publique": number(region.public_aid),
        "taux": _share(region.public_rate),
        "permis": number(region.allowed),
        "apport": number(region.contribution),
        "part_apport": _share(region.share(region.contribution)),
        "reste_a_trouver": number(region.to_find),
        "libre_de_soutien_public": [
            {
                "texte": article,
                "demande": number(found.share),
                "couts_admissibles": number(found.base),
                "libre": number(found.free),
                "tenu": found.holds,
            }
            for article, found in region.contributions
        ],
    }


def _bank(bank: BankTable) -> dict[str, Any]:
    return {
        "dettes": [
            {
                "libelle": debt.label,
                "nature": debt.nature,
                "montant": number(debt.amount),
                "duree_annees": UNKNOWN.value if debt.years is None else debt.years,
                "differe_annees": UNKNOWN.value if debt.years is None else debt.grace_years,
                "capital_par_an": _maybe(debt.by_year),
                "garanti": number(debt.guaranteed),
            }
            for debt in bank.debts
        ],
        "dettes_nouvelles": number(bank.new_debt),
        "garanti": number(bank.guaranteed),
        "emprunts_acquis": _maybe(bank.secured_loans),
        "credit_bail_acquis": _maybe(bank.leasing),
        "a_rembourser": _maybe(bank.project_debt),
        "besoin_fonds_roulement": _maybe(bank.working_capital),
        "capacite_autofinancement": _maybe(bank.cash_flow),
        "dettes_avant": _maybe(bank.existing),
        "dettes_avec_projet": _maybe(bank.debt_after),
        "fonds_propres": _maybe(bank.own_funds),
        "dettes_sur_fonds_propres": _maybe(bank.on_own_funds),
        "dettes_sur_capacite": _maybe(bank.years_of_cash_flow),
    }


def _leasing(found: Leasing) -> dict[str, Any]:
    return {
        "phrase": found.sentence,
        "soutiens": [
            {"intitule": note.title, "admis": note.truth.value, "sources": list(note.sources)} for note in found.notes
        ],
        "refus": list(found.refused),
    }


def _maybe(amount: Maybe[Decimal]) -> int | float | str:
    return UNKNOWN.value if amount is UNKNOWN else round(number(amount), 6)


def _share(rate: Decimal) -> float:
    return round(float(rate), 6)
