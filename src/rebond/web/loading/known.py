"""Partners' lists."""

from __future__ import annotations

from rebond.results import MissionResult
from rebond.web.catalogue.reading import organisation_name
from rebond.web.loading.values import column, words
from rebond.web.missions.models import Mission
from rebond.web.projects.models import PartnerEntry


def load_known(result: MissionResult, mission: Mission) -> None:
    """Partners' lines."""
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
    PartnerEntry.objects.bulk_create(rows)
