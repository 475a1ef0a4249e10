"""The demo site: the sample mission, its documents and the demo accounts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rebond.results import MissionResult
from rebond.web.instance import open_instance


def prepare_demo(result: MissionResult, *, database: Path, documents: Path) -> None:
    """Store a result and create the demo accounts; Django is set up on the way."""
    open_instance(database, documents=documents, demo=True)
    # Models exist only once Django is set up.
    from rebond.web.accounts.demo import create_demo_accounts
    from rebond.web.studies.entry import store_result

    create_demo_accounts(store_result(result, documents=documents, why="Démonstration"))


def serve_demo(
    result: MissionResult,
    *,
    database: Path,
    documents: Path,
    port: int,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Prepare the demo site, then serve it until interrupted; ``announce`` is told its address and accounts."""
    prepare_demo(result, database=database, documents=documents)
    from rebond.web.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
    from rebond.web.serving import serve

    if announce is not None:
        names = ", ".join(account.username for account in DEMO_ACCOUNTS)
        announce(f"Comptes de démonstration : {names} (mot de passe : {DEMO_PASSWORD}).")
    serve(port=port, announce=announce, computing=True)
