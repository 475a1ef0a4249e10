"""Projects and envelope: costs in euros, financing and jobs that are in proportion."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rebond.eligibility.secured_financing import CRITERION, secured_financing
from rebond.facts import UNKNOWN, Envelope, Firm, Project
from rebond.plausibility.ground import Ground, Subject
from rebond.plausibility.model import Finding
from rebond.units import format_euros, format_number

_MILLION = Decimal(1_000_000)


def check_money(ground: Ground) -> Iterator[Finding]:
    """Every check of the amounts of projects and of the envelope, and of the jobs that go with them."""
    yield from _envelope(ground)
    for project in ground.census.projects:
        subject = ground.project(project)
        yield from _costs(ground, subject, project)
        yield from _financing(ground, subject, project)
        yield from _split(ground, subject, project)
        yield from _jobs(ground, subject, project, ground.firms.get(project.firm_id))


def _envelope(ground: Ground) -> Iterator[Finding]:
    for envelope in ground.census.settings.every_call:
        yield from _money_of_call(ground, envelope)


def _money_of_call(ground: Ground, envelope: Envelope) -> Iterator[Finding]:
    amount, most = envelope.amount, envelope.max_per_project
    if 0 < amount < ground.rule("enveloppe_infime").number("min"):
        yield ground.found("enveloppe_infime", ground.mission, [amount], montant=format_euros(amount))
    elif most is not UNKNOWN and most > amount > 0:
        yield ground.found(
            "plafond_au_dela_de_l_enveloppe",
            ground.mission,
            [most, amount],
            plafond=format_euros(most),
            montant=format_euros(amount),
        )


def _costs(ground: Ground, subject: Subject, project: Project) -> Iterator[Finding]:
    cost = project.total_cost
    if 0 < cost < ground.rule("cout_infime").number("min"):
        yield ground.found("cout_infime", subject, [cost], cout=format_euros(cost))
        return
    rule = ground.rule("poste_hors_mesure")
    largest = max((line.amount for line in project.costs), default=Decimal(0))
    small = [
        line
        for line in project.costs
        if 0 < line.amount < rule.number("max") and line.amount * rule.number("rapport") <= largest
    ]
    if small:
        yield ground.found(
            rule.code,
            subject,
            [*((line.label, line.nature, line.amount) for line in small), largest],
            postes=", ".join(f"« {line.label or line.id} » ({format_euros(line.amount)})" for line in small),
            plus_grand=format_euros(largest),
        )


def _financing(ground: Ground, subject: Subject, project: Project) -> Iterator[Finding]:
    own, cost = project.own_financing, project.total_cost
    if own is UNKNOWN or not cost or own <= cost:
        return
    much = own > cost * ground.rule("financement_sans_mesure").number("rapport")
    code = "financement_sans_mesure" if much else "financement_au_dela_du_cout"
    yield ground.found(code, subject, [own, cost], acquis=format_euros(own), cout=format_euros(cost))


def _split(ground: Ground, subject: Subject, project: Project) -> Iterator[Finding]:
    """The parts of the financing secured against its total."""
    secured = secured_financing(project)
    values = [secured.total, *sorted(secured.given.items())]
    if secured.total is UNKNOWN:
        if secured.sum:
            yield ground.found("financement_sans_total", subject, values, somme=format_euros(secured.sum))
    elif secured.disagrees:
        yield ground.found(
            "repartition_du_financement",
            subject,
            values,
            somme=format_euros(secured.sum),
            total=format_euros(secured.total),
        )
    elif secured.total and not secured.only_own:
        yield from _agreement(ground, subject, project, secured.total)


def _agreement(ground: Ground, subject: Subject, project: Project, total: Decimal) -> Iterator[Finding]:
    """Money declared secured that the evidence does not show agreed."""
    rule = ground.rule("financement_declare")
    said = next((each for each in project.evidence if each.criterion == CRITERION), None)
    if said is None or said.level is UNKNOWN or said.level >= rule.number("niveau"):
        return
    proof = f" (« {said.proof} »)" if said.proof else ""
    yield ground.found(rule.code, subject, [total, said.level], acquis=format_euros(total), preuve=proof)


def _jobs(ground: Ground, subject: Subject, project: Project, firm: Firm | None) -> Iterator[Finding]:
    created, kept, cost = project.jobs_created, project.jobs_kept, project.total_cost
    rule = ground.rule("emplois_par_million")
    if created is not UNKNOWN and created >= rule.number("emplois") and cost:
        by_million = created * _MILLION / cost
        if by_million > rule.number("max"):
            yield ground.found(
                rule.code,
                subject,
                [created, cost],
                emplois=created,
                cout=format_euros(cost),
                par_million=format_number(by_million),
            )
    staff = firm.accounts[0].staff if firm is not None and firm.accounts else UNKNOWN
    if staff is UNKNOWN or not staff:
        return
    for code, jobs in (("emplois_crees_effectif", created), ("emplois_maintenus_effectif", kept)):
        rule = ground.rule(code)
        if jobs is not UNKNOWN and jobs >= rule.number("emplois") and jobs > rule.number("rapport") * staff:
            yield ground.found(code, subject, [jobs, staff], emplois=jobs, effectif=format_number(staff))
