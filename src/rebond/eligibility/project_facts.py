"""The facts of one project of one firm, under the names of the dictionary: what conditions and ceilings read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from rebond.eligibility.incentive import APPLIED_FIRST, applied_before_works
from rebond.eligibility.naf import section_of
from rebond.eligibility.places import Gazetteer, Zonages
from rebond.eligibility.waits import Wait
from rebond.facts import UNKNOWN, AidObtained, FactValue, Firm, Maybe, Project
from rebond.units import Euros

YEAR_DAYS = Decimal("365.25")
MONTH_DAYS = Decimal("30.4375")
NO_EUROS = Euros(0)


def firm_facts(
    firm: Firm, *, size: Maybe[str], aids: Iterable[AidObtained], waits: Iterable[Wait], on: date
) -> dict[str, FactValue]:
    """The facts of a firm at a date. ``size`` is its EU size class, ``aids`` what it already obtained.

    ``waits``: the waiting periods of funders, which past aid may have opened.
    """
    latest = firm.accounts[0] if firm.accounts else None
    facts: dict[str, FactValue] = {
        "effectif": latest.staff if latest else UNKNOWN,
        "chiffre_affaires": latest.turnover if latest else UNKNOWN,
        "total_bilan": latest.balance_sheet if latest else UNKNOWN,
        "capitaux_propres": firm.own_funds,
        "taille_ue": size,
        "code_naf": firm.code_naf,
        "forme_juridique": firm.legal_form,
        "date_creation": firm.created_on,
        "en_difficulte": firm.in_difficulty,
        "a_jour_obligations": firm.up_to_date,
        "administration_publique": False,
    }
    obtained = tuple(aids)
    for wait in waits:
        facts |= wait.facts_of(firm, obtained, on)
    facts.update(_said(firm.declared))
    # The accounts speak louder than an answer: a firm in difficulty is never said sound.
    facts |= facts_of_difficulty(firm.in_difficulty)
    return complete(facts, on)


_NO_COMPANY = frozenset({"EI", "ASSOCIATION", "GIE"})
_ANY_FORM = "AUTRE"


def facts_of_legal_form(legal_form: FactValue) -> dict[str, FactValue]:
    """What a legal form settles; « autre » settles nothing.

    A company form excludes the micro-enterprise regime, which only natural persons can have (CGI art. 50-0).
    """
    if legal_form is UNKNOWN or legal_form == _ANY_FORM:
        return {}
    micro: dict[str, FactValue] = {} if legal_form == "EI" else {"micro_entrepreneur": False}
    return {**micro, "forme_societe": legal_form not in _NO_COMPANY}


def facts_of_difficulty(in_difficulty: FactValue) -> dict[str, FactValue]:
    """What being in difficulty settles: such a firm is not a sound one. Not being so proves nothing."""
    return {"financierement_saine": False} if in_difficulty is True else {}


_INITIAL = frozenset({"creation", "extension", "diversification"})
"""Types of project that say by themselves what an investment creates; any other is asked."""


def facts_of_kind(kind: FactValue) -> dict[str, FactValue]:
    """What the type of a project settles: a creation, an extension or a diversification is an initial investment."""
    return {"investissement_initial": kind} if kind in _INITIAL else {}


def project_facts(  # noqa: PLR0913 - all that a project is judged on, by name
    project: Project,
    firm: Firm,
    *,
    size: Maybe[str],
    aids: Iterable[AidObtained],
    waits: Iterable[Wait],
    natures: Iterable[str],
    gazetteer: Gazetteer,
    zonages: Zonages,
    on: date,
    maturity: Maybe[str] = UNKNOWN,
    linked_costs: Euros = NO_EUROS,
) -> dict[str, FactValue]:
    """Every fact of a project and its firm at a date; what nobody said is absent or UNKNOWN.

    ``linked_costs``: euros of the projects that make one investment with this one (RGEC art. 14(13)).
    """
    facts = firm_facts(firm, size=size, aids=aids, waits=waits, on=on)
    if commune := gazetteer.commune(project.place(firm)):
        facts |= zonages.facts_of(commune, on)
    facts |= {
        "demandeur": "entreprise",
        "type_projet": project.kind,
        "travaux_commences": project.works_started,
        APPLIED_FIRST: applied_before_works(project),
        "date_debut": project.starts_on,
        "date_fin": project.ends_on,
        "emplois_crees": _count(project.jobs_created),
        "emplois_maintenus": _count(project.jobs_kept),
        "objectifs": project.objectives or UNKNOWN,
        "niveau_maturite": maturity,
        **_costs(project, natures),
    }
    if project.costs:
        facts["couts_projet_unique"] = project.total_cost + linked_costs
    if project.costs and project.own_financing is not UNKNOWN and 2 * project.own_financing >= project.total_cost:
        # No public loan passes what is missing, and as much private money stands opposite.
        facts["tour_de_table_bancaire"] = True
    facts.update(_said(project.declared))
    return complete(facts, on)


def complete(facts: Mapping[str, FactValue], on: date) -> dict[str, FactValue]:
    """Add the facts that follow from others: age, section of activity, length of the project, company form, soundness.

    What was answered stays.
    """
    full = dict(facts)
    for name, value in facts_of_legal_form(full.get("forme_juridique", UNKNOWN)).items():
        full.setdefault(name, value)
    for name, value in facts_of_difficulty(full.get("en_difficulte", UNKNOWN)).items():
        full.setdefault(name, value)
    for name, value in facts_of_kind(full.get("type_projet", UNKNOWN)).items():
        full.setdefault(name, value)
    code = full.get("code_naf", UNKNOWN)
    if isinstance(code, str) and (section := section_of(code)):
        full.setdefault("section_naf", section)
    elif isinstance(code, str):
        # A division that never was, kept from before codes were checked: no condition may refuse on it.
        full["code_naf"] = UNKNOWN
    created = full.get("date_creation", UNKNOWN)
    if isinstance(created, date):
        full.setdefault("age_annees", Decimal((on - created).days) / YEAR_DAYS)
    start, end = full.get("date_debut", UNKNOWN), full.get("date_fin", UNKNOWN)
    if isinstance(start, date) and isinstance(end, date):
        full.setdefault("duree_mois", (Decimal((end - start).days) / MONTH_DAYS).quantize(Decimal("0.1")))
    return full


def _said(declared: Iterable[tuple[str, FactValue]]) -> dict[str, FactValue]:
    """The answers: « inconnu » is none, and leaves what other facts say or what holds unless someone answers."""
    return {name: value for name, value in declared if value is not UNKNOWN}


def _costs(project: Project, natures: Iterable[str]) -> dict[str, FactValue]:
    """Costs by nature; a project without cost lines has unknown costs, not zero."""
    if not project.costs:
        return {}
    totals: dict[str, Euros] = {f"cout_{nature}": Euros(0) for nature in natures}
    for line in project.costs:
        totals[f"cout_{line.nature}"] += line.amount
    return {**totals, "cout_total": project.total_cost}


def _count(value: Maybe[int]) -> FactValue:
    return value if value is UNKNOWN else Decimal(value)
