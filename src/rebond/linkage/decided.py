"""What people settled about lines, firms or projects that the census no longer holds: kept, and said."""

from __future__ import annotations

from collections.abc import Iterator

from rebond.facts import Census
from rebond.linkage.model import LinkageResult


def unused_decision_alerts(census: Census, linkage: LinkageResult) -> Iterator[str]:
    """One sentence for each decision that nothing answers to."""
    entries = {entry.id for entry in census.partner_entries}
    unused = set(linkage.unused_decisions)
    for decision in census.link_decisions:
        if decision.pair not in unused:
            continue
        gone = [] if decision.entry_id in entries else [f"la ligne {decision.entry_id}"]
        subject = f"le projet {decision.project_id}" if decision.project_id else f"l'entreprise {decision.firm_id}"
        if decision.pair[0] not in {*(row.id for row in census.firms), *(row.id for row in census.projects)}:
            gone.append(subject)
        yield (
            f"Rapprochement décidé entre la ligne {decision.entry_id} et {subject} : {' et '.join(gone)} "
            "ne se trouve plus dans le recensement ; la décision est gardée et ne compte pas."
        )
