"""The way out of every project: retained, to the funders of its plan, or to an adviser. Never nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rebond.data.shapes import TEXT, WHOLE, block, many, read_shaped
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif, Instrument
from rebond.dispositifs.organisations import named_by
from rebond.eligibility.places import Commune
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, Project
from rebond.facts.answered import NO_ANSWER, Answers
from rebond.financing.plan.model import FinancingPlan
from rebond.referrals.steps import OrientationRules, ReferralKind, due_on, next_step
from rebond.units import format_euros

__all__ = [
    "OrientationRules",
    "Referral",
    "ReferralKind",
    "choose_adviser",
    "load_orientation_rules",
    "open_paths",
    "refer_project",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """One organisation that a project is sent to: why, for which dispositifs, what next, who, when."""

    project: str
    kind: ReferralKind
    organisation: str
    dispositifs: tuple[str, ...]
    reason: str
    next_step: str
    owner: str
    due_on: date


def load_orientation_rules(path: Path) -> OrientationRules:
    """Read ``orientation.yaml``; raises ``CatalogueError`` with every fault of the file."""
    data: dict[str, Any] = read_shaped(path, _SHAPE).data
    return OrientationRules(
        days=data["delais_jours"],
        steps=data["etapes"],
        advisers=tuple((r["organisation"], frozenset(r["types"]), frozenset(r["objectifs"])) for r in data["conseils"]),
        open_paths=frozenset(data["pistes"]),
        last_resort=tuple(data["dernier_recours"]),
        difficulty=tuple(data["difficulte"]),
    )


_SHAPE = block(
    schema={"const": "orientation/v1"},
    delais_jours=block(retenu=WHOLE, financeurs=WHOLE, conseil=WHOLE),
    etapes=block(
        retenu=TEXT,
        retenu_decide=TEXT,
        financeurs=TEXT,
        conseil=TEXT,
        difficulte=TEXT,
        credit_impot=TEXT,
        exoneration=TEXT,
        commande_signee=TEXT,
        demande_faite=TEXT,
        lettre_sans_adresse=TEXT,
        lettre_a_confirmer=TEXT,
        pret=TEXT,
        releve=TEXT,
        obtenu=TEXT,
    ),
    difficulte=many(TEXT, least=1),
    conseils=many(block(organisation=TEXT, types=many(TEXT), objectifs=many(TEXT))),
    pistes=many(TEXT),
    dernier_recours=many(TEXT, least=1),
)


def refer_project(  # noqa: PLR0913 - all that a way out depends on, by name
    project: Project,
    *,
    plan: FinancingPlan,
    verdicts: Sequence[Verdict],
    ripe: Truth,
    retained: bool,
    in_difficulty: bool,
    operator: str,
    commune: Commune | None,
    rules: OrientationRules,
    catalogue: Catalogue,
    committee_on: date,
    answers: Answers = NO_ANSWER,
    decided: bool = False,
) -> tuple[Referral, ...]:
    """Every organisation a project goes to, the main one first; at least one, always.

    ``verdicts`` and ``plan`` hold what may still be asked. After a no the project goes first to those who were not
    asked yet, and an adviser who said no is not named again while another works there. ``decided``: the committee
    retained it, and is no longer waited for.
    """

    def make(kind: ReferralKind, organisation: str, dispositifs: Iterable[str], reason: str) -> Referral:
        found = tuple(dict.fromkeys(dispositifs))
        asked = [catalogue.dispositifs[key] for key in found if key in catalogue.dispositifs]
        days = rules.days.get(kind.value, rules.days["conseil"])
        since = _counted_from(answers, organisation, committee_on)
        return Referral(
            project=project.id,
            kind=kind,
            organisation=organisation,
            dispositifs=found,
            reason=reason,
            next_step=next_step(kind, project, asked, rules, committee_on=committee_on),
            owner=organisation,
            due_on=due_on(kind, project, asked, committee_on=since, days=days),
        )

    found: list[Referral] = []
    if in_difficulty:
        reason = "entreprise en difficulté au sens européen : la plupart des aides lui sont fermées"
        helper = _first_covering(rules.difficulty, commune, catalogue)
        found.append(make(ReferralKind.DIFFICULTY, helper, (), reason))
    if retained:
        mine = [line.dispositif for line in plan.lines if line.is_envelope]
        given = "retenus par le comité" if decided else "proposés"
        way_in = make(ReferralKind.RETAINED, operator, mine, f"{format_euros(plan.envelope)} {given} sur l'enveloppe")
        found.append(replace(way_in, next_step=rules.steps["retenu_decide"]) if decided else way_in)
    if answers.granted and not plan.need:
        for organisation in dict.fromkeys(each.organisation for each in answers.granted):
            had = [each.dispositif for each in answers.granted if each.organisation == organisation]
            way_out = make(ReferralKind.FUNDERS, organisation, had, _covered(answers))
            found.append(replace(way_out, next_step=rules.steps["obtenu"]))
    elif ripe is Truth.YES:
        funders = _funders(plan, verdicts, commune, rules, catalogue)
        asked = {each.organisation for each in answers.asked} if answers.closed else set()
        for organisation in sorted(funders, key=lambda each: each in asked):
            dispositifs, reason = funders[organisation]
            found.append(make(ReferralKind.FUNDERS, organisation, dispositifs, reason))
    if not found or ripe is not Truth.YES:
        reason = {
            Truth.YES: (
                f"{_said_no(answers)} : reprendre le projet avec un conseil"
                if answers.refused
                else "le financement obtenu est à compléter : reprendre le reste du besoin avec un conseil"
                if answers.obtained
                else "aucun dispositif ouvert ne convient : reprendre le projet avec un conseil"
            ),
            Truth.NO: "projet à mûrir avant toute demande de financement",
            Truth.UNKNOWN: "maturité à établir : compléter la grille avec l'entreprise",
        }[ripe]
        adviser = choose_adviser(
            project, commune=commune, rules=rules, catalogue=catalogue, without=answers.silent_advisers
        )
        found.append(make(ReferralKind.ADVISER, adviser, (), reason))
    return tuple(found)


def _counted_from(answers: Answers, organisation: str, committee_on: date) -> date:
    """The day from which a delay runs: the committee's, or that of the last answer when the way out follows from it.

    Who was asked and has not said yes or no keeps its day, whatever others answered since.
    """
    closed, granted = answers.closed, answers.granted
    said = {each.organisation for each in closed} | {each.organisation for each in granted}
    if organisation in {each.organisation for each in answers.asked} - said:
        return committee_on
    days = (*(each.on for each in closed), *(each.on for each in granted))
    return max([committee_on, *(day for day in days if day is not UNKNOWN)])


def _covered(answers: Answers) -> str:
    """Why nothing more is asked: what was granted covers the need, or may, for nobody said how much it is."""
    if all(each.amount is not UNKNOWN for each in answers.granted):
        return "le financement obtenu couvre le besoin"
    return "accordé sans montant : rien d'autre n'est proposé tant que le montant n'est pas connu"


def _said_no(answers: Answers) -> str:
    """That funders said no, in French."""
    count = len(answers.refused)
    return "le financeur sollicité a répondu non" if count == 1 else f"{count} dispositifs demandés ont été refusés"


def choose_adviser(
    project: Project,
    *,
    commune: Commune | None,
    rules: OrientationRules,
    catalogue: Catalogue,
    without: Collection[str] = (),
) -> str:
    """The adviser whose field and place fit the project; of those ``without``, one only when nobody else is left."""
    kind = project.kind if project.kind is not UNKNOWN else ""
    fitting = [
        organisation
        for organisation, kinds, objectives in rules.advisers
        if kind in kinds or (not kind and project.objectives & objectives)
    ]
    every = (*fitting, *rules.last_resort)
    if not without:
        return _first_covering(every, commune, catalogue)
    others = (organisation for organisation, _, _ in rules.advisers)
    left = [code for code in _covering((*every, *others), commune, catalogue) if code not in without]
    return left[0] if left else _first_covering(every, commune, catalogue)


def _first_covering(names: Sequence[str], commune: Commune | None, catalogue: Catalogue) -> str:
    """The first organisation that surely works in the commune; the last of the list works everywhere."""
    return next(_covering(names, commune, catalogue), names[-1])


def _covering(names: Sequence[str], commune: Commune | None, catalogue: Catalogue) -> Iterator[str]:
    codes = (code for name in names for code in named_by(name, catalogue.organisations))
    return (code for code in codes if catalogue.organisations[code].covers(commune) is Truth.YES)


def _funders(
    plan: FinancingPlan,
    verdicts: Sequence[Verdict],
    commune: Commune | None,
    rules: OrientationRules,
    catalogue: Catalogue,
) -> dict[str, tuple[list[str], str]]:
    """Instructors of the plan's dispositifs, then of those of unknown amount that the rules name.

    Without any, those of the surest dispositifs that are not refused. An instructor that works elsewhere, or of which
    nobody knows where it works, gives way to the funder; when the funder is no surer, nobody is named.
    """
    amounts: dict[str, int] = {}
    dispositifs: dict[str, list[str]] = {}
    for line in plan.lines:
        found = None if line.is_envelope else _desk(catalogue.dispositifs[line.dispositif], commune, catalogue)
        if found is not None:
            amounts[found] = amounts.get(found, 0) + line.amount
            dispositifs.setdefault(found, []).append(line.dispositif)
    paths = open_paths(verdicts, catalogue)
    named = [dispositif for dispositif in paths if dispositif.id in rules.open_paths]
    for dispositif in named if dispositifs or named else paths[:_MOST_OPEN_PATHS]:
        found = _desk(dispositif, commune, catalogue)
        if found is not None:
            dispositifs.setdefault(found, []).append(dispositif.id)
    return {organisation: (found, _reason(amounts.get(organisation))) for organisation, found in dispositifs.items()}


def _desk(dispositif: Dispositif, commune: Commune | None, catalogue: Catalogue) -> str | None:
    """Who to send a request to: who examines it, or who pays, if it surely works in the commune."""
    return next(
        (
            code
            for code in (dispositif.instructor, dispositif.funder)
            if catalogue.organisations[code].covers(commune) is Truth.YES
        ),
        None,
    )


def _reason(amount: int | None) -> str:
    return (
        "montant à instruire par le financeur" if amount is None else f"{format_euros(amount)} au plan de financement"
    )


_MOST_OPEN_PATHS = 3
_PAYS = frozenset(
    {
        Instrument.GRANT,
        Instrument.REPAYABLE_ADVANCE,
        Instrument.LOAN,
        Instrument.BONUS,
        Instrument.EQUITY,
        Instrument.TAX_CREDIT,
    }
)


def open_paths(verdicts: Iterable[Verdict], catalogue: Catalogue) -> list[Dispositif]:
    """Dispositifs that pay and are not refused, the surest first (fewest unknowns)."""
    paying = [
        verdict
        for verdict in verdicts
        if verdict.truth is not Truth.NO and catalogue.dispositifs[verdict.dispositif].instrument in _PAYS
    ]
    return [catalogue.dispositifs[v.dispositif] for v in sorted(paying, key=lambda v: (len(v.missing), v.dispositif))]
