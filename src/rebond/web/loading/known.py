"""Partners' lists and what linkage made of them."""

from __future__ import annotations

from rebond.results import MissionResult
from rebond.web.catalogue.reading import organisation_name
from rebond.web.loading.firms import Firms
from rebond.web.loading.projects import Projects
from rebond.web.loading.values import save_computed
from rebond.web.missions.models import Mission
from rebond.web.projects.models import KnownLink, PartnerEntry
from rebond.web.wording import sentence


def load_known(result: MissionResult, mission: Mission, firms: Firms, projects: Projects) -> None:
    """Partners' lines, then every link kept, waiting or refused."""
    entries = {row.ref: row for row in PartnerEntry.objects.of(mission)}
    for row in entries.values():
        row.partner_name = organisation_name(row.partner)
    save_computed(PartnerEntry, entries.values(), ("partner_name",))
    KnownLink.objects.bulk_create(
        KnownLink(
            entry=entries[link.entry_id],
            firm=firms[link.firm_id],
            project=projects.get(link.project_id),
            outcome=link.outcome.value,
            score=link.score,
            reasons=[sentence(reason) for reason in link.reasons],
            decided=link.decided,
        )
        for link in (*result.linkage.firm_links, *result.linkage.project_links)
    )
