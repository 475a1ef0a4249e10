"""The documents of a study: written aside, put in place together, then offered; begun again if that is cut short.

A result is not stored: it is found again from the census that the study kept, on its date and reading, and compared
with what the study stored before anything is written.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from rebond import __version__
from rebond.adapters.documents.writing import write_documents
from rebond.adapters.points import load_points
from rebond.adapters.templates import RELEASE
from rebond.errors import RebondError
from rebond.mission import run_mission
from rebond.restitution.kept_analysis import as_kept, opinions_kept
from rebond.restitution.territory_map import territory_places
from rebond.results import MissionResult
from rebond.study.robust import RobustAsked
from rebond.web.catalogue.reading import catalogue_folder, commune_outlines
from rebond.web.committee.settling import is_settled
from rebond.web.disclosure.disclosed import committee_of
from rebond.web.financing.records_json import as_record, digest
from rebond.web.financing.study import census_read, current_rulebook
from rebond.web.missions.models import Mission
from rebond.web.stationery.keeping import usable_template
from rebond.web.stationery.kinds import DECK
from rebond.web.studies.models import Document, DocumentSet, Indicator, Study
from rebond.web.studies.storing.documents import FOLDER, home_of, store_documents
from rebond.web.worker.computing import Progress, words_of
from rebond.web.worker.leases import Lease, LostLeaseError, is_held, take
from rebond.web.worker.models import Work

_MOST_ATTEMPTS = 3
KILLED = (
    "L’impression s’est arrêtée trois fois avant sa fin, sans dire pourquoi : la mémoire de la machine n’a sans doute "
    "pas suffi."
)


class NotTheSameError(RebondError):
    """The study cannot be found again as it was stored: documents would say something else than the site."""


def folder_of(study: Study) -> Path:
    """Where the documents of a study are; a study that is forgotten leaves no folder (``sweep``)."""
    return Path(settings.DOCUMENTS_ROOT) / home_of(study)


def documents_are_wanted() -> bool:
    """Whether some documents are asked, and no living process makes them; asks those of quiet missions first."""
    _ask_when_quiet()
    return bool(_asked())


def make_next() -> bool:
    """Make the documents that were asked first; ``False`` when there are none, or others make them all."""
    return any(_make(each) for each in _asked())


def _asked() -> list[DocumentSet]:
    rows = DocumentSet.objects.filter(status=DocumentSet.Status.ASKED).select_related("study__mission")
    busy = {work.mission_id for work in Work.objects.filter(kind=Work.Kind.DOCUMENTS) if is_held(work)}
    return [row for row in rows.order_by("asked_at", "pk") if row.study.mission_id not in busy]


def _ask_when_quiet() -> None:
    """Ask the documents of the current studies that nothing followed for a while, if the instance says so."""
    minutes = settings.DOCUMENTS_AFTER
    if not minutes:
        return
    before = timezone.now() - timedelta(minutes=minutes)
    rows = Study.objects.filter(is_current=True, finished_at__lt=before)
    for study in rows.exclude(pk__in=DocumentSet.objects.values("study")).select_related("mission"):
        if not study.is_stale:
            DocumentSet.objects.get_or_create(study=study)


def _make(row: DocumentSet) -> bool:
    study = row.study
    lease = take(study.mission, Work.Kind.DOCUMENTS, on=str(study.pk))
    if lease is None:
        return False
    with lease.kept():
        if not DocumentSet.objects.filter(pk=row.pk, status=DocumentSet.Status.ASKED).exists():
            return True
        try:
            if lease.attempts > _MOST_ATTEMPTS:
                return _failed(row, KILLED, lease)
            write(study, progress=lease.step)
            _ready(row, lease)
        except LostLeaseError:
            return False
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails, people are told, and earlier documents stay
            return _failed(row, words_of(error), lease)
        sweep(study.mission)
    return True


def write(study: Study, *, progress: Progress) -> None:
    """Write the documents of a study in its folder, all or none; raises ``NotTheSameError``."""
    progress("L’étude est reprise")
    result = found_again(study)
    result = replace(result, settled=is_settled(study.mission, result.census.decisions))
    gazetteer = current_rulebook().catalogue.gazetteer
    places = territory_places(gazetteer, result.census.settings.epcis, commune_outlines())
    write_documents(
        result,
        folder_of(study),
        committee=committee_of(study.mission),
        places=places,
        points=load_points(catalogue_folder()),
        logos=catalogue_folder() / "logos",
        progress=progress,
        deck=usable_template(study.mission, DECK),
        release=usable_template(study.mission, RELEASE),
    )


def found_again(study: Study) -> MissionResult:
    """The result that a study stored, from the facts that it kept; raises ``NotTheSameError``."""
    rulebook = current_rulebook()
    if (study.catalogue_version, study.engine_version) != (rulebook.catalogue.version, __version__):
        raise NotTheSameError("Rebond ou son catalogue ont changé depuis cette étude : préparez ceux de la suivante.")
    census = census_read(study)
    if census is None or digest(as_record(census)) != study.facts_digest:
        raise NotTheSameError("Les faits gardés avec cette étude ne se relisent pas : préparez ceux de la suivante.")
    kept = study.robustness
    told = next(iter(kept["appels"].values()), {"avis": ()}) if kept and "appels" in kept else kept
    asked = RobustAsked(opinions=opinions_kept(told)) if told else None
    result = run_mission(census, rulebook, on=study.law_day, reading=study.read_as, robust=asked)
    if kept and result.robustness:
        # The documents say what the pages say.
        result = replace(result, robustness=as_kept(result.robustness, kept))
    stored = dict(Indicator.objects.found_by(study).values_list("code", "text"))
    if stored != {each.code: each.text for each in result.indicators} or result.envelope_spent != study.envelope_spent:
        raise NotTheSameError("Le calcul repris ne donne pas les chiffres de cette étude : rien n’est imprimé.")
    return result


@transaction.atomic
def _ready(row: DocumentSet, lease: Lease) -> None:
    lease.confirm()
    Document.objects.found_by(row.study).delete()
    store_documents(row.study, folder_of(row.study))
    row.status, row.finished_at, row.failure = DocumentSet.Status.DONE, timezone.now(), ""
    row.save(update_fields=["status", "finished_at", "failure"])


@transaction.atomic
def _failed(row: DocumentSet, failure: str, lease: Lease) -> bool:
    lease.confirm()
    row.status, row.finished_at, row.failure = DocumentSet.Status.FAILED, timezone.now(), failure
    row.save(update_fields=["status", "finished_at", "failure"])
    return True


def sweep(mission: Mission) -> None:
    """Remove the folders of the studies that were forgotten."""
    home = Path(settings.DOCUMENTS_ROOT) / FOLDER / mission.slug
    kept = {str(number) for number in Study.objects.of(mission).values_list("number", flat=True)}
    for folder in home.iterdir() if home.is_dir() else ():
        if folder.name.isdecimal() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
