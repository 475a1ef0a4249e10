"""The figures of an import that nobody applied yet: computed between two studies, with what these keep in memory."""

from __future__ import annotations

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.utils import timezone

from rebond.history import apply
from rebond.mission import run_mission
from rebond.study.kept import KeptStudies
from rebond.web.exchange.applying import preview_of
from rebond.web.exchange.figures import compared
from rebond.web.exchange.models import ImportDraft
from rebond.web.exchange.preview import SITE
from rebond.web.financing.study import current_rulebook
from rebond.web.missions.importing import check_references
from rebond.web.worker.computing import reading_of, words_of


def study_previews(kept_of: Callable[[int], KeptStudies]) -> bool:
    """The figures of the import that waits longest; ``False`` when none waits."""
    rows = ImportDraft.objects.filter(state=ImportDraft.State.WAITING).exclude(figures_asked="")
    draft = rows.exclude(figures_asked=F("figures_for")).select_related("mission").order_by("at").first()
    if draft is None:
        return False
    asked = draft.figures_asked
    # Told first: a calculation that kills its process is not begun again by itself.
    _tell(draft, asked, {"commence": timezone.now().isoformat()})
    try:
        found = _figures(draft, kept_of(draft.mission_id))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever fails, people are told why there are no figures
        found = {"echec": words_of(error)}
    _tell(draft, asked, found)
    return True


def _figures(draft: ImportDraft, kept: KeptStudies) -> dict[str, object]:
    """A conflict without a choice keeps the value of the site."""
    found = preview_of(draft, draft.by)
    rulebook, reading = current_rulebook(), reading_of(draft.mission)
    after = apply(found.now, found.made(draft.choices, draft.withdrawn, unchosen=SITE))
    check_references(after)
    results = [
        run_mission(census, rulebook, on=census.settings.committee_on, reading=reading, kept=kept)
        for census in (found.now, after)
    ]
    return compared(*results)


def _tell(draft: ImportDraft, asked: str, found: dict[str, object]) -> None:
    ImportDraft.objects.filter(pk=draft.pk, figures_asked=asked).update(figures_for=asked, figures=found)
