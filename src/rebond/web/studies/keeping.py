"""Which study people see, and which ones are kept."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from rebond.web.missions.models import Mission
from rebond.web.studies.models import Record, Study

KEPT = 10
"""Studies kept beside the pinned ones, the latest."""


def next_number(mission: Mission) -> int:
    """The number of the next study; the mission is locked until the end of the transaction, two never take one."""
    Mission.objects.select_for_update().get(pk=mission.pk)
    return Study.objects.of(mission).next_number()


@transaction.atomic
def make_current(study: Study) -> None:
    """Show this study in place of the one before, at once; ``ValueError`` for one that is not done."""
    if study.status != Study.Status.DONE:
        raise ValueError(f"l'étude nº {study.number} n'est pas faite : elle ne peut pas être montrée")
    Mission.objects.select_for_update().get(pk=study.mission_id)
    Study.objects.of(study.mission).filter(is_current=True).exclude(pk=study.pk).update(is_current=False)
    study.is_current = True
    study.save(update_fields={"is_current"})
    study.mission.__dict__.pop("current_study", None)


def forget_old_studies(mission: Mission, *, keep: int = KEPT) -> int:
    """Delete the studies that are neither current, nor pinned, nor among the latest; how many went.

    What no study holds any longer goes with them, unless another process takes it up at this very moment: the next
    call then finds it.
    """
    rows = Study.objects.of(mission)
    latest = list(rows.order_by("-number").values_list("pk", flat=True)[:keep])
    old = rows.filter(is_current=False, pinned=False).exclude(pk__in=latest)
    with transaction.atomic():
        count = old.count()
        old.delete()
    if count:
        forget_unheld_records()
    return count


def forget_unheld_records() -> None:
    """Delete what no study holds any longer, unless another process takes it up at this very moment."""
    try:
        with transaction.atomic():
            Record.objects.filter(findings=None, indicators=None, figures=None, censuses=None, bases=None).delete()
    except IntegrityError:
        pass
