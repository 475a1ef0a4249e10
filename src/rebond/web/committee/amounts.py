"""What projects ask of the envelope when the committee moves them in, on the census and plans of the stored study."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from django.db.models import Sum

from rebond.eligibility.criteria import Facts
from rebond.facts import Census, Contribution, Envelope
from rebond.financing.context import screened
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.contributors import Payers, payers_of
from rebond.portfolio.select import Candidate
from rebond.regimes.model import RegimeKind
from rebond.study.in_mission import Taken, as_left
from rebond.study.inputs import CensusParts
from rebond.study.moved_in import Asked, Moving, Prepare, asked_of_envelope, candidate_of
from rebond.web.financing.kept import Kept
from rebond.web.financing.study import census_read, current_rulebook
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import ONE, CallShown
from rebond.web.portfolio.session import Line
from rebond.web.studies.models import PlanLine, Study

NO_STUDY = "les faits de l'étude ne sont plus à portée : la faire de nouveau"
_parts: Kept[CensusParts] = Kept(4)
_candidates: Kept[Candidate | str] = Kept(400)
_solved = SolvedParts(400)
_facts: Kept[Facts] = Kept(1500)


def asked_by(mission: Mission, lines: Sequence[Line], call: CallShown = ONE) -> dict[str, Asked]:
    """What each project asks of the envelope of a call, by reference: those that the study studied; one query."""
    study = mission.current_study
    studied = [line for line in lines if line.finding is not None]
    if study is None or not studied:
        return {}
    census = census_read(study)
    if census is None or call.name not in census.settings.call_names:
        return {line.project.ref: Asked(amount=None, why=NO_STUDY) for line in studied}
    moving = _all_moving(study, census, studied)
    envelope = census.settings.call(call.name)
    return asked_of_envelope(moving, envelope, _solved, prepare=_prepared(study, call.name))


def account_takers(mission: Mission, lines: Sequence[Line]) -> dict[str, list[tuple[str, Decimal]]]:
    """Reference of each → those whose plan takes of the de minimis account of its undertaking, and how much.

    A project that moves in is planned on what they leave, and takes nothing back from them. One query, if any line.
    """
    study = mission.current_study
    census = census_read(study) if study and lines else None
    if study is None or census is None:
        return {}
    rulebook = current_rulebook()
    of_account = [key for key, each in rulebook.catalogue.regimes.items() if each.kind is RegimeKind.DE_MINIMIS]
    kin = {firm.id: firm.undertaking for firm in census.firms}
    rows = PlanLine.objects.found_by(study).filter(regime__in=of_account, aid__gt=0, is_envelope=False).order_by()
    taken: dict[str, list[tuple[str, Decimal]]] = {}
    for ref, firm, aid in (
        rows.values_list("finding__project__ref", "finding__project__firm__ref")
        .annotate(taken=Sum("aid"))
        .order_by("finding__project__ref")
    ):
        taken.setdefault(kin.get(firm, firm), []).append((ref, aid))
    return {
        line.project.ref: [
            each for each in taken.get(kin.get(line.project.firm.ref, ""), ()) if each[0] != line.project.ref
        ]
        for line in lines
    }


def payers_in(mission: Mission, lines: Sequence[Line], contributions: Sequence[Contribution]) -> Payers | None:
    """Who may pay what of these projects, as the envelope holds today; ``None`` when only its sum binds.

    The facts of a project that no study read are unknown: only contributors without a rule may be counted on for it.
    """
    if all(part.is_free for part in contributions):
        return None
    study = mission.current_study
    census = census_read(study) if study else None
    known: dict[str, Facts] = {line.project.ref: {} for line in lines}
    if study is not None and census is not None:
        parts = _parts_of(study, census)
        known |= {
            line.project.ref: _facts_of(parts, study, line.project.ref) for line in lines if line.finding is not None
        }
    return payers_of(contributions, known)


def _facts_of(parts: CensusParts, study: Study, ref: str) -> Facts:
    rulebook = current_rulebook()
    key = (study.pk, ref, rulebook.catalogue.version)
    return _facts.get(key, lambda: screened(parts.inputs(ref).context(rulebook, reading=study.read_as))[0])


def unsure_in(mission: Mission, lines: Sequence[Line], call: CallShown = ONE) -> set[str]:
    """References of those that a loan might pay in part, of lines whose amount is known; one query."""
    study = mission.current_study
    studied = [line for line in lines if line.finding is not None]
    census = census_read(study) if study and studied else None
    if study is None or census is None or call.name not in census.settings.call_names:
        return set()
    prepare, envelope = _prepared(study, call.name), census.settings.call(call.name)
    found = {each.context.project.id: prepare(each, envelope) for each in _all_moving(study, census, studied)}
    return {ref for ref, each in found.items() if isinstance(each, Candidate) and each.perhaps}


def _all_moving(study: Study, census: Census, lines: Sequence[Line]) -> list[Moving]:
    parts = _parts_of(study, census)
    taken = tuple(_taken(study, [line.project.pk for line in lines]))
    return [_moving(parts, study, line, taken) for line in lines]


def ready(mission: Mission) -> None:
    """Have the census of the study at hand before somebody moves a project."""
    study = mission.current_study
    census = census_read(study) if study else None
    if study is not None and census is not None:
        _parts_of(study, census)


def _parts_of(study: Study, census: Census) -> CensusParts:
    return _parts.get((study.pk, current_rulebook().catalogue.version), lambda: _laid_out(study, census))


def _laid_out(study: Study, census: Census) -> CensusParts:
    return CensusParts(census, current_rulebook(), on=study.law_day)


def _moving(parts: CensusParts, study: Study, line: Line, taken: Iterable[Taken]) -> Moving:
    context = parts.context(line.project.ref, current_rulebook(), reading=study.read_as)
    uncovered = line.finding.uncovered if line.finding else Decimal(0)
    context = as_left(replace(context, away=parts.place.away), taken)
    return Moving(context=context, uncovered=uncovered, calls=parts.calls)


def _prepared(study: Study, name: str) -> Prepare:
    """Candidates of a call already built of a study are not built again on the same money left."""

    def prepare(moving: Moving, call: Envelope) -> Candidate | str:
        context = moving.context
        left = tuple(sorted(context.budgets.items()))
        key = (study.pk, name, context.project.id, context.de_minimis_room, left, context.catalogue.version)
        return _candidates.get(key, lambda: candidate_of(moving, call))

    return prepare


def _taken(study: Study, moving: Collection[int]) -> Iterable[Taken]:
    """What the plans of the projects that stay take of what all share."""
    rows = (
        PlanLine.objects.found_by(study)
        .exclude(finding__project__in=moving)
        .exclude(is_envelope=True)
        .order_by()
        .values("dispositif", "regime", "finding__project__firm__ref")
        .annotate(support=Sum("amount"), equivalent=Sum("aid"))
    )
    for row in rows:
        yield Taken(
            dispositif=row["dispositif"],
            regime=row["regime"],
            firm=row["finding__project__firm__ref"],
            support=row["support"],
            equivalent=row["equivalent"],
        )
