"""Partners' lists and what linkage made of them."""

from __future__ import annotations

from rebond.results import MissionResult
from rebond.web.catalogue.reading import organisation_name
from rebond.web.loading.firms import Firms
from rebond.web.loading.projects import Projects
from rebond.web.loading.values import column, words
from rebond.web.missions.models import Mission
from rebond.web.projects.models import KnownLink, PartnerEntry
from rebond.web.wording import sentence


def load_known(result: MissionResult, mission: Mission, firms: Firms, projects: Projects) -> None:
    """Partners' lines, then every link kept, waiting or refused."""
    rows = [
        PartnerEntry(
            mission=mission,
            ref=entry.id,
            partner=entry.partner,
            partner_name=organisation_name(entry.partner),
            firm_name=entry.firm_name,
            siren=words(entry.siren),
            commune=entry.commune,
            project_title=entry.project_title,
            amount=column(entry.amount),
            dated=column(entry.dated),
        )
        for entry in result.census.partner_entries
    ]
    entries = {row.ref: row for row in PartnerEntry.objects.bulk_create(rows)}
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
