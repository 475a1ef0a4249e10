"""The stored plan of a project with what it rests on: the census that its study read, what the other plans take.

The census is kept with the study: a page can explain a plan, compare it and try other facts on it, and finds the
plan that the study stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.db.models import Sum

from rebond.facts import Census
from rebond.financing.explaining.dossier import PlanDossier, build_dossier
from rebond.financing.plan.delays import Delays, load_delays
from rebond.study.in_mission import ProjectBench, Taken, open_project
from rebond.study.rulebook import Rulebook, load_rulebook
from rebond.web.catalogue.reading import catalogue_folder, referentials
from rebond.web.financing.kept import Kept
from rebond.web.financing.records_json import from_record
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.studies.models import PlanLine as StoredLine
from rebond.web.studies.models import ProjectFinding, Study


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


def census_read(study: Study) -> Census | None:
    """The census that a study was made of; ``None`` when it was not kept, or by an engine whose facts were others."""
    record = study.census
    if record is None:
        return None
    try:
        return _censuses.get(record.digest, lambda: from_record(record.read()))
    except (TypeError, KeyError, ValueError):
        return None


def bench_of(mission: Mission, project: Project) -> ProjectBench | None:
    """The bench of a studied project; ``None`` without a study, or when the facts of the study are not at hand.

    ``project`` comes with its finding and record (``with_finding``).
    """
    study = mission.current_study
    census = census_read(study) if study else None
    finding = project.finding
    if study is None or census is None or finding is None:
        return None
    return _benches.get(_key(study, project), lambda: _bench(study, project, census, finding))


def dossier_of(mission: Mission, project: Project, bench: ProjectBench, *, before: date | None = None) -> PlanDossier:
    """The plan of a project with all that explains it; ``before`` adds the variant « money before that date »."""
    return _dossiers.get(
        (*_key(mission.current_study, project), before),
        lambda: replace(
            build_dossier(
                bench.now,
                delays=current_delays(),
                fictitious=mission.fictitious,
                before=before,
                scope=bench.scope,
                solve=bench.problem,
            ),
            steps=bench.steps,
        ),
    )


def _key(study: Study | None, project: Project) -> tuple[object, ...]:
    """What was found of a project is its record; under another catalogue, it is explained anew."""
    record = project.finding.record_id if project.finding else None
    return study and study.pk, project.ref, record, current_rulebook().catalogue.version


def _bench(study: Study, project: Project, census: Census, finding: ProjectFinding) -> ProjectBench:
    return open_project(
        census,
        current_rulebook(),
        project.ref,
        on=study.law_day,
        reading=study.read_as,
        plan=finding.found.plan,
        taken=_taken(study, project.ref),
    )


def _taken(study: Study, ref: str) -> Iterable[Taken]:
    """What the plans of the other projects take of what all share."""
    rows = (
        StoredLine.objects.found_by(study)
        .exclude(finding__project__ref=ref)
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
