"""Every model that names a firm, and how it follows when two firms are put together.

A test walks Django's metadata: a model that is not here, or no longer names a firm, fails it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType


class Follows(enum.StrEnum):
    """What becomes of a row that names the firm that leaves."""

    MOVES = "suit"
    """It is a row of the census: the gesture renames the firm in it."""
    IS_OF_THE_SHEET = "fiche"
    """It is a value of the firm's own sheet: chosen field by field."""
    STAYS_IN_ITS_STUDY = "etude"
    """A study is never rewritten: the firm that left is withdrawn, not deleted, and old studies still name it."""
    STAYS_IN_THE_JOURNAL = "journal"
    """What was done is told as it was done."""
    PREVENTS = "empeche"
    """Typed and not saved, or a right given on this sheet and not on the other: settled first."""
    ENDS = "fin"
    """Asked of the sheet that leaves: its link says that the sheet was put together with another, and what to do."""
    KEEPS_ITS_NAME = "filiation"
    """It says which firm became which."""


FIRM: Mapping[str, Follows] = MappingProxyType(
    {
        "firms.Establishment.firm": Follows.IS_OF_THE_SHEET,
        "firms.Accounts.firm": Follows.IS_OF_THE_SHEET,
        "firms.FirmLink.firm": Follows.IS_OF_THE_SHEET,
        "firms.AidObtained.firm": Follows.MOVES,
        "interviews.Interview.firm": Follows.MOVES,
        "projects.Project.firm": Follows.MOVES,
        "portfolio.Recusal.firm": Follows.MOVES,
        "linkage.LinkDecision.firm_ref": Follows.MOVES,
        "missions.Confirmation.subject": Follows.MOVES,
        "firms.Firm.single_undertaking": Follows.MOVES,
        "studies.FirmFinding.firm": Follows.STAYS_IN_ITS_STUDY,
        "journal.Entry.ref": Follows.STAYS_IN_THE_JOURNAL,
        "editing.Draft.address": Follows.PREVENTS,
        "missions.Membership.firm": Follows.PREVENTS,
        "organisations.Invitation.firm": Follows.PREVENTS,
        "disclosure.Consent.firm": Follows.PREVENTS,
        "disclosure.ConsentRequest.firm": Follows.ENDS,
        "editing.Sent.address": Follows.STAYS_IN_THE_JOURNAL,
        "readings.Reading.ref": Follows.STAYS_IN_THE_JOURNAL,
        "missions.Descent.origin": Follows.KEEPS_ITS_NAME,
        "missions.Descent.became": Follows.KEEPS_ITS_NAME,
    }
)
"""Model and field → what becomes of it. Those without a foreign key are found by their names (``NAMING``)."""
NAMING = frozenset({"firm_ref", "subject", "single_undertaking", "address", "origin", "became"})
"""Fields that name a firm in words."""
