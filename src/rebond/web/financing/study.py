"""The stored plan of a project with what it rests on: the mission's census, what the other stored plans take.

The census is built from the rows of the mission: a page can explain a plan, compare it and try other facts
on it, and finds the plan that the mission stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import Sum

from rebond.facts import Census
from rebond.financing.delays import Delays, load_delays
from rebond.financing.dossier import PlanDossier, build_dossier
from rebond.study.in_mission import ProjectBench, Taken, open_project
from rebond.study.rulebook import Rulebook, load_rulebook
from rebond.web.catalogue.reading import catalogue_folder, referentials
from rebond.web.financing.kept import Kept
from rebond.web.financing.models import PlanLine as StoredLine
from rebond.web.financing.records_json import from_record
from rebond.web.missions import facts
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project


@lru_cache(maxsize=1)
def current_rulebook() -> Rulebook:
    """Catalogue, grids and thresholds, read once."""
    return load_rulebook(catalogue_folder())


@lru_cache(maxsize=1)
def current_delays() -> Delays:
    """Delays and payment terms, read once."""
    return load_delays(referentials() / "delais.yaml")


_censuses: Kept[Census] = Kept(8)
_benches: Kept[ProjectBench] = Kept(200)
_dossiers: Kept[PlanDossier] = Kept(200)


def census_of(mission: Mission) -> Census | None:
    """The census of a mission; ``None`` when its facts were never written whole."""
    state = Mission.objects.values_list("facts_state", flat=True).get(pk=mission.pk)
    return None if state is None else _censuses.get(state, lambda: facts.census_of(mission))


def bench_of(mission: Mission, project: Project) -> ProjectBench | None:
    """The bench of a stored project; ``None`` when the mission's facts are not at hand."""
    census = census_of(mission)
    on = mission.examined_on
    if census is None or on is None or not project.plan.record:
        return None
    return _benches.get(_key(mission, project), lambda: _bench(mission, project, census, on))


def dossier_of(mission: Mission, project: Project, bench: ProjectBench, *, before: date | None = None) -> PlanDossier:
    """The plan of a project with all that explains it; ``before`` adds the variant « money before that date »."""
    return _dossiers.get(
        (*_key(mission, project), before),
        lambda: build_dossier(
            bench.now,
            delays=current_delays(),
            fictitious=mission.fictitious,
            before=before,
            scope=bench.scope,
            solve=bench.problem,
        ),
    )


def _key(mission: Mission, project: Project) -> tuple[object, ...]:
    """A mission computed again is another mission, and so is one under another catalogue."""
    return mission.pk, mission.computed_at, mission.facts_state, project.ref, current_rulebook().catalogue.version


def _bench(mission: Mission, project: Project, census: Census, on: date) -> ProjectBench:
    return open_project(
        census,
        current_rulebook(),
        project.ref,
        on=on,
        reading=mission.read_as,
        plan=from_record(project.plan.record),
        taken=_taken(mission, project.ref),
    )


def _taken(mission: Mission, ref: str) -> Iterable[Taken]:
    """What the plans of the other projects take of what all share."""
    rows = (
        StoredLine.objects.of(mission)
        .exclude(plan__project__ref=ref)
        .order_by()
        .values("dispositif", "regime", "plan__project__firm__ref")
        .annotate(support=Sum("amount"), equivalent=Sum("aid"))
    )
    for row in rows:
        yield Taken(
            dispositif=row["dispositif"],
            regime=row["regime"],
            firm=row["plan__project__firm__ref"],
            support=row["support"],
            equivalent=row["equivalent"],
        )
