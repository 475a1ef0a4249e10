"""The demo site: the sample mission, its documents and the demo accounts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rebond.facts import Census
from rebond.results import MissionResult
from rebond.web.instance import open_instance

if TYPE_CHECKING:
    from rebond.web.missions.models import Mission


def prepare_demo(result: MissionResult, *, database: Path, documents: Path, follow_up: bool = False) -> None:
    """Store a result and create the demo accounts; Django is set up on the way.

    ``follow_up``: what became of it since is played too; the result, and its files, know nothing of it.
    """
    open_instance(database, documents=documents, demo=True)
    # Models exist only once Django is set up.
    from rebond.web.accounts.demo import create_demo_accounts
    from rebond.web.studies.storing import store_study

    mission = _mission_of(result.census)
    store_study(mission, result, documents=documents, why="Démonstration")
    create_demo_accounts(mission)
    if follow_up:
        from rebond.web.demo_follow_up import play_follow_up

        mission.refresh_from_db()
        play_follow_up(mission)


def _mission_of(census: Census) -> Mission:
    """The mission of a census, by the door of every mission; as it says when it is there already."""
    from django.utils.text import slugify

    from rebond.web.editing.gestures import save_census
    from rebond.web.editing.life import create_mission
    from rebond.web.journal.models import Act
    from rebond.web.journal.writing import Author
    from rebond.web.missions.models import Mission

    slug, by, reason = slugify(census.settings.territory), Author(user=None), "Mission d’exemple"
    mission = Mission.objects.filter(slug=slug).first()
    if mission is None:
        return create_mission(census, by=by, slug=slug, act=Act.IMPORTED, reason=reason)
    save_census(mission, census, by=by, reason=reason)
    return mission


def serve_demo(
    result: MissionResult,
    *,
    database: Path,
    documents: Path,
    port: int,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Prepare the demo site, then serve it until interrupted; ``announce`` is told its address and accounts."""
    prepare_demo(result, database=database, documents=documents, follow_up=True)
    from rebond.web.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
    from rebond.web.serving import serve

    if announce is not None:
        names = ", ".join(account.username for account in DEMO_ACCOUNTS)
        announce(f"Comptes de démonstration : {names} (mot de passe : {DEMO_PASSWORD}).")
        announce("Sur le site, des orientations envoyées, une action, un conseil et deux séances : fictifs eux aussi.")
    serve(port=port, announce=announce, computing=True)
