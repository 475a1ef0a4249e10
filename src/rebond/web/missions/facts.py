"""The census of a mission, built from its rows: the only thing that the engine reads."""

from __future__ import annotations

import dataclasses

from rebond.facts import Announcement, Census, Confirmation, Descent, DescentAct, MissionSettings, ZoneAssumption
from rebond.history import Kind
from rebond.web.advice.facts import accompaniments_of, meetings_of
from rebond.web.firms.facts import aids_of, firms_of
from rebond.web.interviews.facts import interviews_of
from rebond.web.linkage.facts import link_decisions_of
from rebond.web.missions import models
from rebond.web.missions.columns import field, fields
from rebond.web.missions.extract import Extract, within
from rebond.web.missions.models import Mission
from rebond.web.portfolio.facts import (
    committee_decisions_of,
    criteria_of,
    envelope_of,
    marks_of,
    recusals_of,
    statements_of,
    weights_of,
)
from rebond.web.projects.facts import partner_entries_of, projects_of
from rebond.web.referrals.facts import referrals_of, steps_of
from rebond.web.roadmap.facts import actions_of, progress_of

SETTINGS = ("name", "territory", "committee_on", "fictitious")
ANNOUNCEMENT = tuple(each.name for each in dataclasses.fields(Announcement) if each.name != "logos")
ZONE = ("zone", "value", "source")
CONFIRMATION = ("kind", "subject", "by", "on")
DESCENT = ("origin", "became", "on", "by", "reason")


def census_of(mission: Mission, extract: Extract | None = None) -> Census:
    """What the mission recorded, or a part of it: as many queries for one project as for a thousand."""
    mission = Mission.objects.get(pk=mission.pk)
    return Census(
        settings=_settings(mission),
        firms=firms_of(mission, extract),
        interviews=interviews_of(mission, extract),
        projects=projects_of(mission, extract),
        aids=aids_of(mission, extract),
        partner_entries=partner_entries_of(mission, extract),
        confirmations=_confirmations(mission, extract),
        decisions=committee_decisions_of(mission, extract),
        link_decisions=link_decisions_of(mission, extract),
        lineage=_lineage(mission, extract),
        marks=marks_of(mission, extract),
        recusals=recusals_of(mission, extract),
        referrals=referrals_of(mission, extract),
        referral_steps=steps_of(mission, extract),
        actions=actions_of(mission, extract),
        progress=progress_of(mission, extract),
        accompaniments=accompaniments_of(mission, extract),
        meetings=meetings_of(mission, extract),
        opinions=statements_of(mission, extract),
        repairs=tuple(mission.repairs),
    )


def _settings(mission: Mission) -> MissionSettings:
    zones = models.ZoneAssumption.objects.of(mission).order_by("position", "pk")
    return MissionSettings(
        **fields(mission, SETTINGS),
        territory_article=field(mission.territory_article),
        epcis=tuple(mission.epcis),
        announcement=Announcement(logos=tuple(mission.logos), **fields(mission, ANNOUNCEMENT)),
        envelope=envelope_of(mission),
        zone_assumptions=tuple(ZoneAssumption(**fields(row, ZONE), communes=frozenset(row.communes)) for row in zones),
        weights=weights_of(mission),
        criteria=criteria_of(mission),
    )


def _confirmations(mission: Mission, extract: Extract | None) -> tuple[Confirmation, ...]:
    rows = within(models.Confirmation.objects.of(mission), extract, Kind.CONFIRMATION).order_by("position", "pk")
    return tuple(Confirmation(**fields(row, CONFIRMATION), marks=tuple(row.marks)) for row in rows)


def _lineage(mission: Mission, extract: Extract | None) -> tuple[Descent, ...]:
    rows = within(models.Descent.objects.of(mission), extract, Kind.DESCENT).order_by("position", "pk")
    return tuple(Descent(act=DescentAct(row.act), **fields(row, DESCENT)) for row in rows)
