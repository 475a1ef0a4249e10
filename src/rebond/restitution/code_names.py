"""Projects under a code name: which name, what is told of them, and a result in which nothing else is left of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from rebond.facts import UNKNOWN, Firm, Project
from rebond.facts.answered import NO_ANSWER
from rebond.financing.plan.model import FinancingPlan
from rebond.restitution.audiences import Traits, audiences
from rebond.restitution.edition_parts import ZERO, no_problem, without_assessment
from rebond.restitution.edition_rows import PREFIX
from rebond.restitution.figures import NOT_TOLD
from rebond.results import MissionResult, ProjectResult

UNNAMED = "sous un nom de code"


def veils(result: MissionResult) -> dict[str, str]:
    """What is told of each project under a code name: the traits that fit several firms."""
    every = {p.project.id: (p.firm.id, _traits(result, p)) for p in result.projects}
    told = {traits: audiences().veiled(traits, every.values()) for traits in {traits for _, traits in every.values()}}
    return {ref: " ; ".join(filter(None, reversed(told[traits]))) or NOT_TOLD for ref, (_, traits) in every.items()}


def _traits(result: MissionResult, p: ProjectResult) -> Traits:
    labels, declared = result.labels, audiences()
    kind = "" if p.project.kind is UNKNOWN else declared.kinds.get(p.project.kind, p.project.kind)
    return (
        labels.epcis.get(p.commune.epci, "") if p.commune else "",
        kind,
        declared.band(p.project.total_cost) if p.project.costs else "",
    )


def code_names(projects: Iterable[ProjectResult], known: Mapping[str, str]) -> dict[str, str]:
    """``NC-01``, ``NC-02``… in an order that says nothing of that of the census, unless they have a code name."""
    order = sorted(projects, key=lambda p: hashlib.sha256(f"{p.project.title}{p.project.id}".encode()).digest())
    width = len(str(len(order)))
    return {p.project.id: known.get(p.project.id, f"{PREFIX}-{rank:0{width}}") for rank, p in enumerate(order, start=1)}


def scrubbed(p: ProjectResult, code: str, *, title: str = "", firm: str = UNNAMED) -> ProjectResult:
    """A project of which nothing is left but that it is, its place in the call and whom it was sent to."""
    left = without_assessment(p)
    return replace(
        left,
        project=Project(id=code, firm_id=code, title=title or f"Projet {code}"),
        firm=Firm(id=code, name=firm),
        commune=replace(p.commune, name=firm) if title and p.commune else None,
        zones={},
        facts={},
        known=replace(left.known, subject_id=code),
        verdicts=(),
        built=no_problem(code),
        plan=FinancingPlan(project=code, cost=ZERO, need=ZERO, lines=(), benefit=ZERO),
        decision=replace(left.decision, reasons=p.decision.reasons if title else ()),
        referrals=tuple(replace(r, project=code, dispositifs=(), reason="") for r in p.referrals),
        awards=(),
        answers=NO_ANSWER,
    )
