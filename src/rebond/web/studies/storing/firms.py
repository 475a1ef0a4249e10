"""What was found of firms, and which partners' lines are theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rebond.facts import UNKNOWN
from rebond.regimes.de_minimis import DeMinimisAccount
from rebond.restitution.typography import sentence_case
from rebond.results import FirmResult, MissionResult
from rebond.units import Euros
from rebond.web.catalogue.reading import organisation_name
from rebond.web.studies.models import NOT_COMPARED, FirmFinding, KnownLink, Study
from rebond.web.studies.storing.rows import FactRows
from rebond.web.studies.values import column
from rebond.web.wording import set_once

ONE_EURO = Euros(1)


def firm_rows(result: MissionResult, study: Study, facts: FactRows) -> Iterable[FirmFinding]:
    """A finding per firm."""
    for found in result.firms:
        yield _finding(found, study, facts, result)


def _finding(found: FirmResult, study: Study, facts: FactRows, result: MissionResult) -> FirmFinding:
    size, account = found.size, found.account
    known = result.linkage.firm(found.firm.id)
    return FirmFinding(
        study=study,
        firm_id=facts.firms[found.firm.id],
        size="" if size.size is UNKNOWN else sentence_case(size.size.label),
        size_range="" if size.size is not UNKNOWN else f"entre {size.low.label} et {size.high.label}",
        is_sme=size.sme.value,
        size_steps=[set_once(step) for step in size.steps],
        size_missing=[set_once(name) for name in size.missing],
        size_unverified=[set_once(name) for name in size.unverified],
        de_minimis_ceiling=account.ceiling,
        de_minimis_used=account.used,
        de_minimis_room=column(account.room),
        de_minimis_at_most=account.room_at_most,
        de_minimis_note=set_once(account.why_unknown, capital=False),
        de_minimis_opens_on=_next_room(account),
        de_minimis_years=account.window_years,
        de_minimis_aids=[entry.id for entry in account.entries],
        known=known.known.value if known.compared else NOT_COMPARED,
        known_by=[organisation_name(code) for code in known.by],
    )


def _next_room(account: DeMinimisAccount) -> date | None:
    """The day on which aid listed leaves the account; ``None`` when none does, or when the account is not known."""
    opens_on = account.room_opens_on(account.room_at_most + ONE_EURO) if account.entries else None
    return None if opens_on is UNKNOWN else opens_on


def known_rows(result: MissionResult, study: Study, facts: FactRows) -> Iterable[KnownLink]:
    """Every link kept, waiting or refused."""
    for link in (*result.linkage.firm_links, *result.linkage.project_links):
        yield KnownLink(
            study=study,
            entry_id=facts.entries[link.entry_id],
            firm_id=facts.firms[link.firm_id],
            project_id=facts.projects.get(link.project_id),
            outcome=link.outcome.value,
            score=link.score,
            reasons=[set_once(reason) for reason in link.reasons],
            decided=link.decided,
        )
