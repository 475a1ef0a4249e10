"""Dates: what has happened is past, what follows comes after, and no year is a century away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rebond.facts import UNKNOWN, Firm, Maybe, Project
from rebond.plausibility.ground import Ground, Subject
from rebond.plausibility.model import Finding
from rebond.units import years_later

ORDER, CREATION = "date de la première commande", "date de création"


def check_dates(ground: Ground) -> Iterator[Finding]:
    """Every check of dates, row by row."""
    for interview in ground.census.interviews:
        subject, held = ground.interview(interview), interview.held_on
        if held > ground.today:
            yield ground.found("entretien_futur", subject, [held], date=held, examen=ground.today)
        else:
            yield from _after_examination(ground, subject, "date de l'entretien", held)
    for firm in ground.census.firms:
        yield from _firm(ground, firm)
    for project in ground.census.projects:
        yield from _project(ground, project, ground.firms.get(project.firm_id))
    for aid in ground.census.aids:
        yield from _far(ground, ground.aid(aid), "date d'octroi", aid.granted_on)
    yield from _lists(ground)


def _firm(ground: Ground, firm: Firm) -> Iterator[Finding]:
    subject, created = ground.firm(firm), firm.created_on
    far = list(_far(ground, subject, CREATION, created))
    yield from far
    if created is not UNKNOWN and created > ground.today and not far:
        yield ground.found("creation_future", subject, [created], date=created, examen=ground.today)


def _project(ground: Ground, project: Project, firm: Firm | None) -> Iterator[Finding]:
    subject = ground.project(project)
    named: tuple[tuple[str, Maybe[date]], ...] = (
        ("début prévu", project.starts_on),
        ("fin prévue", project.ends_on),
        (ORDER, project.first_order_on),
        ("date de la demande", project.applied_on),
        *((f"lettre à {each.funder}", each.letter_on) for each in project.requests),
        *((f"demande à {each.funder}", each.applied_on) for each in project.requests),
    )
    wrong: set[str] = set()
    for name, day in named:
        found = [*_far(ground, subject, name, day), *_remote(ground, subject, name, day)]
        wrong.update(name for _ in found)
        yield from found
    sound = {name: day for name, day in named if day is not UNKNOWN and name not in wrong}
    yield from _order(ground, subject, project, firm, sound.get(ORDER))
    for name, day in sound.items():
        if name.startswith(("date de la demande", "lettre à", "demande à")):
            if day > ground.today:
                yield ground.found("demande_future", subject, [name, day], quoi=name, date=day, examen=ground.today)
            else:
                yield from _after_examination(ground, subject, name, day)
    yield from _span(ground, subject, project, sound)
    yield from _cost_years(ground, subject, project)
    for request in project.requests:
        letter, applied = request.letter_on, request.applied_on
        if letter is not UNKNOWN and applied is not UNKNOWN and applied < letter:
            yield ground.found(
                "lettre_apres_demande",
                subject,
                [request.funder, letter, applied],
                lettre=letter,
                demande=applied,
                financeur=request.funder,
            )


def _order(
    ground: Ground, subject: Subject, project: Project, firm: Firm | None, ordered: date | None
) -> Iterator[Finding]:
    if ordered is None:
        return
    started = project.works_started
    if ordered > ground.today:
        code = "commande_signee_future" if started is True else "commande_future"
        yield ground.found(code, subject, [ordered, started], date=ordered, examen=ground.today)
    elif started is False:
        yield ground.found("commande_sans_travaux", subject, [ordered, started], date=ordered)
    else:
        yield from _after_examination(ground, subject, ORDER, ordered)
    created = UNKNOWN if firm is None else firm.created_on
    if created is not UNKNOWN and ordered < created:
        yield ground.found("commande_avant_creation", subject, [ordered, created], date=ordered, creation=created)
    applied = project.applied_on
    if applied is not UNKNOWN and applied > ordered:
        yield ground.found("demande_apres_commande", subject, [applied, ordered], demande=applied, commande=ordered)


def _span(ground: Ground, subject: Subject, project: Project, sound: dict[str, date]) -> Iterator[Finding]:
    start, end = sound.get("début prévu"), sound.get("fin prévue")
    if start and end and end < start:
        yield ground.found("fin_avant_debut", subject, [start, end], debut=start, fin=end)
    elif start and end:
        years = int(ground.rule("duree_longue").number("annees"))
        if end > years_later(start, years):
            yield ground.found("duree_longue", subject, [start, end], debut=start, fin=end, annees=years)
    applied = sound.get("date de la demande")
    if start and applied and applied > start and project.first_order_on is UNKNOWN:
        yield ground.found("demande_apres_debut", subject, [applied, start], demande=applied, debut=start)
    if start and start < ground.on and project.works_started is False:
        yield ground.found("debut_passe", subject, [start, project.works_started], date=start, examen=ground.on)


def _cost_years(ground: Ground, subject: Subject, project: Project) -> Iterator[Finding]:
    rule = ground.rule("annee_de_depense")
    years = range(ground.today.year - int(rule.number("avant")), ground.today.year + int(rule.number("apres")) + 1)
    for line in project.costs:
        if line.year not in years:
            yield ground.found(
                "annee_de_depense",
                subject,
                [line.label, line.nature, line.amount, line.year],
                poste=line.label or line.id,
                annee=line.year,
                examen=ground.today,
            )


def _lists(ground: Ground) -> Iterator[Finding]:
    """Lines of partners' lists that are dated after today: one remark, as the lists are others'."""
    late = [each for each in ground.census.partner_entries if each.dated is not UNKNOWN and each.dated > ground.today]
    if late:
        partners = ", ".join(sorted({each.partner for each in late}))
        ids = [each.id for each in late]
        yield ground.found(
            "liste_future", ground.mission, ids, partenaires=partners, nombre=len(late), examen=ground.today
        )


def _far(ground: Ground, subject: Subject, name: str, day: Maybe[date]) -> Iterator[Finding]:
    """A date so far ahead that a digit is wrong."""
    years = int(ground.rule("date_lointaine").number("annees"))
    if day is not UNKNOWN and day > years_later(ground.today, years):
        yield ground.found("date_lointaine", subject, [name, day], quoi=name, date=day, examen=ground.today)


def _remote(ground: Ground, subject: Subject, name: str, day: Maybe[date]) -> Iterator[Finding]:
    """A date of a project so old that a digit is wrong."""
    if day is not UNKNOWN and day < ground.rule("date_reculee").day("avant"):
        yield ground.found("date_reculee", subject, [name, day], quoi=name, date=day)


def _after_examination(ground: Ground, subject: Subject, name: str, day: date) -> Iterator[Finding]:
    """A fact between an early examination and the committee: known later than the law that is read."""
    if ground.on < day <= ground.today:
        yield ground.found("fait_apres_examen", subject, [name, day], quoi=name, date=day, examen=ground.on)
