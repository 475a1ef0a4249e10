"""What became of the plans: asked, granted, paid, jobs that came, how long funders took; beside what was planned.

None as long as no project was sent to anybody. The envelope is the committee's: its dispositif is told apart, with its
decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import TYPE_CHECKING

from rebond.facts import UNKNOWN, Maybe, ReferralState
from rebond.facts.answered import Asked
from rebond.indicators.breakdowns import project_row, summed
from rebond.indicators.model import AT_LEAST, Indicator, Row, write_value
from rebond.referrals.orient import ReferralKind

if TYPE_CHECKING:
    from rebond.results import MissionResult, ProjectResult

FAMILY = "suivi"
_DAYS = "jours"


def by_answer(result: MissionResult) -> Iterable[Indicator]:
    """The figures of what really came, in the order of a follow-up."""
    if not any(project.answers.asked for project in result.projects):
        return
    yield _by_state(result)
    yield from _states(result)
    yield _amount(result, "demande", _ASKED, lambda p: [each.amount for each in p.answers.asked if _is_filed(each)])
    yield _amount(result, "obtenu", _GRANTED, lambda p: [award.support for award in p.awards])
    yield _amount(result, "aide_obtenue", _AID, lambda p: [award.at_least for award in p.awards])
    yield _amount(result, "verse", _PAID, lambda p: [award.paid for award in p.awards])
    yield _figure(
        "reste_planifie_eur",
        "Encore proposé par les plans",
        "Soutien utile que les plans du jour proposent encore, ce qui est obtenu mis à part.",
        "€",
        (project_row(p, Decimal(p.stack.useful)) for p in result.projects if p.stack.useful),
    )
    yield from _leverages(result)
    yield _jobs(result)
    yield _delay(result, "premiere_reponse", _FIRST, lambda asked: asked.first_on)
    yield _delay(result, "decision", _DECISION, lambda asked: asked.decided_on)
    yield _figure(
        "projets_sans_issue",
        "Projets dont toute issue est refusée",
        "Projets à qui un financeur au moins a répondu non, qui n'ont rien obtenu et à qui plus aucun financeur ne "
        "peut être demandé : un conseil les reprend.",
        "projets",
        (project_row(p) for p in result.projects if _is_shut(p)),
    )


_ASKED = ("Demandé aux financeurs", "Somme des montants des demandes déposées, en euros de chaque soutien.")
_GRANTED = ("Obtenu des financeurs", "Somme des montants accordés, en euros de chaque soutien : un prêt, son capital.")
_AID = (
    "Aide obtenue, au moins",
    (
        "Somme de ce que les montants accordés valent sûrement en équivalent-subvention brut : un prêt n'est pas une "
        "aide pour son capital, et un équivalent que personne ne dit n'est pas compté."
    ),
)
_PAID = ("Versé par les financeurs", "Somme des montants versés à ce jour.")
_FIRST = (
    "Délai médian de première réponse",
    "Nombre médian de jours entre l'envoi à une organisation et sa première réponse, quelle qu'elle soit.",
)
_DECISION = (
    "Délai médian de décision",
    "Nombre médian de jours entre l'envoi à une organisation et son accord ou son refus.",
)
_FILED = frozenset({ReferralState.FILED, ReferralState.GRANTED, ReferralState.REFUSED})


def _is_filed(asked: Asked) -> bool:
    return asked.state in _FILED or asked.amount is not UNKNOWN


def _is_shut(project: ProjectResult) -> bool:
    funded = any(referral.kind in {ReferralKind.FUNDERS, ReferralKind.RETAINED} for referral in project.referrals)
    return bool(project.answers.refused) and not (project.awards or project.plan.lines or funded)


def _figure(key: str, label: str, definition: str, unit: str, rows: Iterable[Row]) -> Indicator:
    return summed(code=f"suivi_{key}", label=label, definition=definition, unit=unit, rows=rows, family=FAMILY)


def _amount(
    result: MissionResult,
    key: str,
    words: tuple[str, str],
    amounts: Callable[[ProjectResult], list[Maybe[Decimal]]],
) -> Indicator:
    """What projects add up to; an amount that nobody said makes it a minimum."""
    told = {p.project.id: amounts(p) for p in result.projects}
    known = {key: sum((each for each in found if each is not UNKNOWN), Decimal(0)) for key, found in told.items()}
    rows = (project_row(p, known[p.project.id]) for p in result.projects if known[p.project.id])
    figure = _figure(f"{key}_eur", *words, "€", rows)
    unsaid = sum(each is UNKNOWN for found in told.values() for each in found)
    if not unsaid:
        return figure
    note = f"montant non renseigné pour {write_value(Decimal(unsaid), 'demandes')}"
    return replace(figure, bound=AT_LEAST, note=note, absent=not figure.value)


def _by_state(result: MissionResult) -> Indicator:
    rows = (project_row(p, Decimal(len(p.answers.asked))) for p in result.projects if p.answers.asked)
    definition = "Dispositifs demandés à une organisation, et conseils sollicités, projet par projet."
    return _figure("demandes", "Demandes suivies", definition, "demandes", rows)


def _states(result: MissionResult) -> Iterable[Indicator]:
    for state in ReferralState:
        counted = {p.project.id: sum(each.state is state for each in p.answers.asked) for p in result.projects}
        rows = [project_row(p, Decimal(counted[p.project.id])) for p in result.projects if counted[p.project.id]]
        if rows:
            label = f"Demandes — {state.label}"
            definition = f"Demandes dont la dernière étape est « {state.label} »."
            yield _figure(f"demandes_{state.value}", label, definition, "demandes", rows)


def _leverages(result: MissionResult) -> Iterable[Indicator]:
    """Euros of investment for a euro of support: that was found, and that was found or is proposed.

    An amount that nobody said is not nothing: it would make the others bring more than they do.
    """
    known = [p for p in result.projects if all(award.support is not UNKNOWN for award in p.awards)]
    found = {p.project.id: sum((award.at_least_support for award in p.awards), Decimal(0)) for p in result.projects}
    hoped = {p.project.id: found[p.project.id] + Decimal(p.stack.useful) for p in result.projects}
    for key, label, words, amounts in (
        (
            "levier_obtenu",
            "Investissement pour 100 € obtenus",
            "obtenu par les projets qui ont obtenu un soutien",
            found,
        ),
        (
            "levier_planifie",
            "Investissement pour 100 € obtenus ou proposés",
            "obtenu ou proposé, pour les projets qui en ont un",
            hoped,
        ),
    ):
        mine = [p for p in known if amounts[p.project.id]]
        support = sum((amounts[p.project.id] for p in mine), Decimal(0))
        invested = sum((p.project.total_cost for p in mine), Decimal(0))
        yield Indicator(
            code=f"suivi_{key}",
            label=label,
            definition=(
                f"Effet de levier : investissement pour cent euros de soutien {words} ; un projet dont un "
                "montant accordé est inconnu n'y entre pas. Les lignes donnent l'investissement."
            ),
            formula="100 × investissement ÷ soutien, arrondi à l'euro ; les lignes donnent l'investissement",
            unit="€",
            value=(100 * invested / support).quantize(Decimal(1), ROUND_HALF_UP) if support else Decimal(0),
            rows=tuple(project_row(p, p.project.total_cost) for p in mine),
            note="" if support else "aucun soutien obtenu d'un montant connu",
            absent=not support,
            family=FAMILY,
        )


def _jobs(result: MissionResult) -> Indicator:
    """Jobs that came: of a project told by several organisations, the most that one of them counts."""
    told = {p.project.id: [each.jobs for each in p.answers.asked if each.jobs is not UNKNOWN] for p in result.projects}
    rows = [project_row(p, Decimal(max(told[p.project.id]))) for p in result.projects if told[p.project.id]]
    figure = _figure(
        "emplois_reels",
        "Emplois réellement créés",
        "Somme, par projet, des emplois créés à ce jour que disent les financeurs ; de plusieurs comptes du même "
        "projet, le plus grand.",
        "emplois",
        rows,
    )
    silent = sum(bool(p.awards) and not told[p.project.id] for p in result.projects)
    if not silent:
        return replace(figure, absent=not rows, note="" if rows else "aucun compte d'emplois")
    note = f"emplois non renseignés pour {write_value(Decimal(silent), 'projets')}"
    return replace(figure, bound=AT_LEAST, note=note, absent=not rows)


def _delay(result: MissionResult, key: str, words: tuple[str, str], day: Callable[[Asked], Maybe[date]]) -> Indicator:
    """A median over what was sent, each by the dispositif answered first; the rows give each project's longest."""
    days: dict[str, list[int]] = {}
    for project in result.projects:
        first: dict[str, int] = {}
        for each in project.answers.asked:
            if (answered := day(each)) is not UNKNOWN and (sent := each.sent_on) is not UNKNOWN:
                took = (answered - sent).days
                first[each.referral_id] = min(took, first.get(each.referral_id, took))
        if first:
            days[project.project.id] = list(first.values())
    every = [each for found in days.values() for each in found]
    value = Decimal(str(median(every))) if every else Decimal(0)
    rows = (project_row(p, Decimal(max(days[p.project.id]))) for p in result.projects if p.project.id in days)
    return Indicator(
        code=f"suivi_delai_{key}",
        label=words[0],
        formula="médiane des jours, envoi par envoi ; les lignes donnent le plus long de chaque projet",
        definition=f"{words[1]} Les lignes donnent le plus long de chaque projet.",
        unit=_DAYS,
        value=value.quantize(Decimal(1), ROUND_HALF_UP),
        rows=tuple(rows),
        note="" if every else "aucune réponse datée",
        absent=not every,
        family=FAMILY,
    )
