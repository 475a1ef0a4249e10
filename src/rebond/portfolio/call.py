"""The call: which projects it admits, what the envelope could give them, which are proposed to the committee."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.truth import Truth
from rebond.errors import IllegalPlanError
from rebond.facts import UNKNOWN, Envelope
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, Offer
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.allocation import Allocation
from rebond.portfolio.contributors import Payers, pay_out, payers_of
from rebond.portfolio.cutoffs import too_late
from rebond.portfolio.offered import CallEntry, call_dispositif, envelope_offer, nothing_paid, paid_natures
from rebond.portfolio.open_paths import OpenPath, open_paths
from rebond.portfolio.paid import Paid, paid_breaches
from rebond.portfolio.parts import PartRange
from rebond.portfolio.prices import Price
from rebond.portfolio.reasons import Entry, refusal, way_in
from rebond.portfolio.select import Candidate, part_award, uncovered_needs, with_envelope, without_possible_loans
from rebond.portfolio.together import allocate_together
from rebond.regimes.readings import Reading
from rebond.units import Euros, format_euros, format_number

COVERED = (
    "les autres dispositifs, ceux qui restent à confirmer compris mais sans prêt dont rien ne dit que l'entreprise le "
    "peut, peuvent couvrir tout le besoin : l'enveloppe est un dernier recours"
)
SHARED_SUFFICES = (
    "dans l'allocation d'ensemble, ce que les dispositifs partagés lui donnent couvre tout le besoin : l'enveloppe est "
    "un dernier recours"
)
TOO_SMALL = (
    "{missing} manquent, sous les {least} qui font une aide utile de l'appel : instruction et contrat coûteraient plus "
    "qu'elle n'apporte"
)
STILL_SOUGHT = "{remains} restent à trouver : le projet n'est pas financé tant qu'ils ne le sont pas"
NOBODY_PAYS = "aucun contributeur de l'enveloppe ne peut payer ce projet"


class CallStatus(enum.StrEnum):
    """Where a project stands in the call."""

    RETAINED = "retenu"
    NOT_RETAINED = "non_retenu"
    COVERED = "finance_ailleurs"
    NOT_ADMITTED = "non_admis"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "retenu": "Proposé au comité",
            "non_retenu": "Candidat non proposé",
            "finance_ailleurs": "Finançable sans l'enveloppe",
            "non_admis": "Hors de l'appel",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDecision:
    """What the software proposes for one project, and why."""

    status: CallStatus
    reasons: tuple[str, ...]
    uncovered: Euros
    """What no other support can pay, in euros."""
    envelope: int = 0
    """What the envelope would give, in euros."""
    way_in: Entry | None = None
    """What would bring a candidate in that is not proposed; it names other projects, for those who see them all."""
    remains: int = 0
    """Of a project that the call pays a part of: what is still to be found, in euros."""
    needs: int = 0
    """Of a candidate left out: with how much of the envelope it comes in, in euros; 0: no amount would do."""
    part: PartRange | None = None
    """Of a candidate of a call that pays parts: the least and the most that it may get."""


@dataclass(frozen=True, kw_only=True)
class CallResult:
    """The proposal: decisions and plans for all, what is spent and left."""

    decisions: Mapping[str, CallDecision]
    plans: Mapping[str, FinancingPlan]
    """Of every project."""
    retained: tuple[str, ...]
    candidates: Mapping[str, Candidate]
    binding: frozenset[str]
    """The pools that run out."""
    spent: int
    left: Euros
    prices: tuple[Price, ...]
    """Of the envelope and of the pools that run out."""
    paid: tuple[Paid, ...]
    """Who pays what of it."""
    reports: tuple[SolverReport, ...]
    """How sure the selection is; empty when no choice had to be made."""


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Who is before the call, and who is not."""

    decisions: dict[str, CallDecision]
    """On the projects that are no candidates."""
    candidates: list[Candidate]
    paths: Mapping[str, tuple[OpenPath, ...]]
    """Candidate → what is open to it beside the envelope, whose amount nobody can compute."""


def run_call(
    entries: Sequence[CallEntry],
    *,
    envelope: Envelope,
    builder: ProblemBuilder,
    shared: FinancingProblem,
    reading: Reading,
    solved: SolvedParts | None = None,
) -> CallResult:
    """Admit, allocate all that is shared together, decide.

    ``shared`` holds the problems of all projects of the mission, under the ``reading`` of the law that is taken.
    ``solved``: the answers already found. The pools that run out are found by allocating: as long as the plans take
    more of one than there is, those that draw on it are linked and all is allocated again.
    """
    binding: frozenset[str] = frozenset()
    payers = payers_of(envelope.contributions, {entry.project.id: entry.facts for entry in entries})
    values = {entry.project.id: entry.score.value for entry in entries}
    while True:
        admitted = admit(
            entries,
            envelope=envelope,
            builder=builder,
            shared=shared,
            reading=reading,
            solved=solved,
            running_out=binding,
        )
        found = allocate_together(
            shared,
            admitted.candidates,
            values,
            envelope=envelope.amount,
            binding=binding,
            payers=payers,
            solved=solved,
        )
        if not found.over:
            break
        binding |= found.over
    decisions = dict(admitted.decisions)
    for name, missing in found.missing.items():
        if name in decisions:
            decisions[name] = replace(decisions[name], uncovered=missing)
    for candidate in admitted.candidates:
        paths = admitted.paths[candidate.project.id]
        decisions[candidate.project.id] = decided(candidate, found, paths, values, payers)
    paid = _paid(entries, found.given, envelope, payers)
    if payers.binding:
        for project, words in _who_pays(paid).items():
            decisions[project] = replace(decisions[project], reasons=(*decisions[project].reasons, words))
    return CallResult(
        decisions=decisions,
        plans=found.plans,
        retained=found.retained,
        candidates={candidate.project.id: candidate for candidate in admitted.candidates},
        binding=binding,
        spent=found.spent,
        left=found.left,
        paid=paid,
        prices=found.prices,
        reports=found.reports,
    )


def admit(
    entries: Sequence[CallEntry],
    *,
    envelope: Envelope,
    builder: ProblemBuilder,
    shared: FinancingProblem,
    reading: Reading,
    solved: SolvedParts | None = None,
    running_out: Collection[str] = (),
) -> Admission:
    """The decisions on the projects that are no candidates, and the candidates with what nothing else pays.

    ``running_out``: the pools that others may empty, which no project can count on.
    """
    payers = payers_of(envelope.contributions, {entry.project.id: entry.facts for entry in entries})
    counted = without_possible_loans(shared)
    uncovered = uncovered_needs(counted, without=running_out, solved=solved)
    known_money = {project.id: project for project in counted.projects}
    with_loans = uncovered_needs(shared, without=running_out, solved=solved) if counted != shared else uncovered
    decisions: dict[str, CallDecision] = {}
    candidates: list[Candidate] = []
    paths: dict[str, tuple[OpenPath, ...]] = {}
    for entry in entries:
        missing = uncovered[entry.project.id]
        refusals = list(_refusals(entry, envelope, builder.catalogue, builder.on))
        if refusals:
            decisions[entry.project.id] = CallDecision(
                status=CallStatus.NOT_ADMITTED, reasons=tuple(refusals), uncovered=missing
            )
        elif missing == 0:
            decisions[entry.project.id] = CallDecision(status=CallStatus.COVERED, reasons=(COVERED,), uncovered=missing)
        else:
            found = open_paths(entry.project, entry.built, entry.facts, entry.verdicts, builder.catalogue, builder.on)
            if enough := [path.first for path in found if path.covers(missing)]:
                decisions[entry.project.id] = CallDecision(
                    status=CallStatus.COVERED, reasons=tuple(enough), uncovered=missing
                )
                continue
            paths[entry.project.id] = found
            offer = envelope_offer(entry, envelope, builder, reading)
            if isinstance(offer, Offer) and payers.binding:
                offer = _as_paid(offer, payers.most(entry.project.id))
            if isinstance(offer, Offer) and missing < offer.least_useful:
                offer = TOO_SMALL.format(missing=format_euros(missing), least=format_euros(offer.least_useful))
            if isinstance(offer, str):
                decisions[entry.project.id] = CallDecision(
                    status=CallStatus.NOT_ADMITTED, reasons=(offer,), uncovered=missing
                )
                continue
            candidates.append(
                Candidate(
                    project=known_money[entry.project.id],
                    value=entry.score.value,
                    offer=offer,
                    uncovered=missing,
                    perhaps=max(Euros(0), missing - with_loans[entry.project.id]),
                )
            )
    return Admission(decisions=decisions, candidates=candidates, paths=paths)


def decided(
    candidate: Candidate, found: Allocation, paths: Sequence[OpenPath], values: Mapping[str, Decimal], payers: Payers
) -> CallDecision:
    """What is proposed for a candidate, and why, once all is allocated."""
    identifier = candidate.project.id
    missing = found.missing.get(identifier, candidate.uncovered)
    reserves = (*_perhaps(candidate), *(path.reserve(missing) for path in paths))
    amount = found.plans[identifier].envelope
    value = f"valeur {format_number(candidate.value, 1)} sur 100"
    if amount:
        remains = int(found.plans[identifier].gap) if candidate.offer.pays_part else 0
        why = (
            value,
            f"{format_euros(missing)} ne trouvent aucun autre financement"
            + (" dont le montant se calcule" if paths else ""),
            f"l'enveloppe apporte {format_euros(amount)}",
            *([STILL_SOUGHT.format(remains=format_euros(Euros(remains)))] if remains else []),
            *reserves,
        )
        return CallDecision(
            status=CallStatus.RETAINED,
            reasons=why,
            uncovered=missing,
            envelope=amount,
            remains=remains,
            part=found.parts.get(identifier),
        )
    if identifier in found.financed:
        return CallDecision(status=CallStatus.COVERED, reasons=(SHARED_SUFFICES,), uncovered=Euros(0))
    award = part_award(with_envelope(candidate.project, candidate))
    least = Euros(award) if award is not None else missing
    need = found.needs.get(identifier, least)
    if need is None:
        # No amount of the envelope would do: nothing but the law keeps it out, whatever the others take.
        reasons = (value, refusal(candidate, least, left=least), *reserves)
        return CallDecision(status=CallStatus.NOT_RETAINED, reasons=reasons, uncovered=missing)
    need = need or least
    rules = payers if payers.binding else None
    given: Mapping[str, int]
    worth: Mapping[str, Decimal]
    if identifier in found.most:
        # Of a call that pays parts, whoever gives way leaves all that it has, for what is served in full.
        given, spare, wanted = found.given, found.left, found.most[identifier]
        worth = {key: values[key] * found.served(key) for key in given}
    else:
        given, wanted, worth = found.at_least, need, values
        spare = found.left + found.spent - sum(given.values())
    return CallDecision(
        status=CallStatus.NOT_RETAINED,
        reasons=(value, refusal(candidate, need, found.left, payers=rules, given=given), *reserves),
        uncovered=missing,
        way_in=way_in(candidate, wanted, spare, given, worth, payers=rules),
        needs=int(need),
        part=found.parts.get(identifier),
    )


def _as_paid(offer: Offer, most: int) -> Offer | str:
    """The offer within what the contributors may give together to the project, or why they cannot."""
    if most < max(offer.least_award, 1):
        return NOBODY_PAYS if not most else f"{NOBODY_PAYS} plus de {format_euros(Euros(most))}"
    return replace(offer, aid_cap=Euros(most) if offer.aid_cap is None else min(offer.aid_cap, Euros(most)))


def _paid(
    entries: Sequence[CallEntry], given: Mapping[str, int], envelope: Envelope, payers: Payers
) -> tuple[Paid, ...]:
    """Who pays what of the retained, checked apart; raises ``IllegalPlanError`` when a rule is broken."""
    shares = pay_out(given, payers)
    if shares is None:
        raise IllegalPlanError("contributeurs", "aucun partage entre les contributeurs ne respecte leurs règles")
    paid = tuple(
        Paid(project=project, rank=rank, contributor=envelope.contributions[rank].contributor, amount=amount)
        for (rank, project), amount in sorted(shares.items(), key=lambda item: (item[0][1], item[0][0]))
    )
    facts = {entry.project.id: entry.facts for entry in entries}
    for detail in paid_breaches(paid, envelope.contributions, given, facts):
        raise IllegalPlanError("contributeurs", detail)
    return paid


def _who_pays(paid: Sequence[Paid]) -> dict[str, str]:
    """Project → who pays what of its envelope aid, in one sentence."""
    parts: dict[str, list[str]] = {}
    for each in paid:
        parts.setdefault(each.project, []).append(f"{each.contributor}, {format_euros(Euros(each.amount))}")
    return {project: f"payé par {' ; '.join(told)}" for project, told in parts.items()}


def _perhaps(candidate: Candidate) -> Iterable[str]:
    """That the last resort is not proven: a loan could pay, if the firm turned out to be able to bear it."""
    if candidate.perhaps:
        yield (
            f"un prêt pourrait couvrir {format_euros(candidate.perhaps)} de ce qui manque : capacité d'emprunt et "
            "euros privés en face à établir avant de décider"
        )


def _refusals(entry: CallEntry, envelope: Envelope, catalogue: Catalogue, on: date) -> Iterable[str]:
    """Why a project is not put before the call; unknown answers keep it out until they are given, and say so."""
    project = entry.project
    if entry.ripe is not Truth.YES:
        yield "projet pas assez mûr" if entry.ripe is Truth.NO else "maturité à établir"
    if not project.costs:
        yield "aucun poste de dépense"
    if project.own_financing is UNKNOWN:
        yield "financement déjà acquis inconnu : le besoin ne peut être établi"
    if late := too_late(project, envelope, catalogue, on):
        yield late
    duration = entry.facts.get("duree_mois", UNKNOWN)
    if envelope.max_months is not UNKNOWN:
        if not isinstance(duration, Decimal):
            yield f"durée inconnue (au plus {envelope.max_months} mois)"
        elif duration > envelope.max_months:
            yield f"{format_number(duration)} mois, au-delà des {envelope.max_months} mois de l'appel"
    natures = paid_natures(envelope, catalogue)
    spend = sum((line.amount for line in project.costs if line.nature in natures), Euros(0))
    if not spend:
        yield nothing_paid(envelope, catalogue)
        return
    if envelope.min_spend is not UNKNOWN and spend < envelope.min_spend:
        what = "d'actifs" if natures <= catalogue.tangible else "de dépenses"
        yield f"{format_euros(spend)} {what}, sous le minimum de {format_euros(envelope.min_spend)}"
    for verdict in entry.verdicts:
        if verdict.dispositif == call_dispositif(envelope, catalogue) and verdict.truth is Truth.NO:
            yield from (f"condition de l'appel non remplie : {reason.expected}" for reason in verdict.refusals)
