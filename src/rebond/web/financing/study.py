"""The stored plan of a project with what it rests on: the mission's census, what the other stored plans take.

The census is kept with the mission: a page can explain a plan, compare it and try other facts on it, and finds the
plan that the mission stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import Sum

from rebond.data import catalogue_part, data_folder
from rebond.facts import Census
from rebond.financing.delays import Delays, load_delays
from rebond.financing.dossier import PlanDossier, build_dossier
from rebond.study.in_mission import ProjectBench, Taken, open_project
from rebond.study.rulebook import Rulebook, load_rulebook
from rebond.web.financing.kept import Kept
from rebond.web.financing.models import MissionSource
from rebond.web.financing.models import PlanLine as StoredLine
from rebond.web.financing.records_json import from_record
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project


@lru_cache(maxsize=1)
def current_rulebook() -> Rulebook:
    """Catalogue, grids and thresholds, read once."""
    return load_rulebook(data_folder())


@lru_cache(maxsize=1)
def current_delays() -> Delays:
    """Delays and payment terms, read once."""
    return load_delays(catalogue_part(data_folder(), "referentiels") / "delais.yaml")


_censuses: Kept[Census] = Kept(8)
_benches: Kept[ProjectBench] = Kept(200)
_dossiers: Kept[PlanDossier] = Kept(200)


def census_of(mission: Mission) -> Census | None:
    """The census of a mission; ``None`` when it was stored without, or by an engine whose facts were others."""
    rows = MissionSource.objects.of(mission)
    key = rows.values_list("digest", flat=True).first()
    try:
        return None if key is None else _censuses.get(key, lambda: from_record(rows.get().census))
    except (TypeError, KeyError, ValueError):
        return None


def bench_of(mission: Mission, project: Project) -> ProjectBench | None:
    """The bench of a stored project; ``None`` when the mission's facts are not at hand."""
    census = census_of(mission)
    if census is None or not project.plan.record:
        return None
    return _benches.get(_key(mission, project), lambda: _bench(mission, project, census))


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
    return mission.pk, mission.computed_at, project.ref, current_rulebook().catalogue.version


def _bench(mission: Mission, project: Project, census: Census) -> ProjectBench:
    return open_project(
        census,
        current_rulebook(),
        project.ref,
        on=mission.examined_on,
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
