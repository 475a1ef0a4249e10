"""The life of a mission: made, archived, taken out of the archives; each act is in its journal."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from rebond.errors import FactsError, Fault
from rebond.facts import Census
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import save_census
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, Note, record
from rebond.web.missions.models import Membership, Mission, Role

KIND = "mission"
"""Of the rows of the journal that tell the life of a mission."""
RESERVED = frozenset({"nouvelle", "importer"})
"""Words of the site's own addresses."""
LONGEST_SLUG = 50
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def slug_refusal(slug: str) -> str:
    """Why a mission may not have this identifier; empty when it may."""
    if not _SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        return f"des minuscules sans accent, des chiffres et des tirets, {LONGEST_SLUG} au plus"
    if slug in RESERVED:
        return "ce mot sert aux adresses du site"
    if Mission.objects.filter(slug=slug).exists():
        return "une mission porte déjà cet identifiant"
    return ""


def slug_of(territory: str) -> str:
    """The identifier that a mission of a territory may have: ``cambresis``, or ``cambresis-2``."""
    stem = slugify(territory)[: LONGEST_SLUG - 4].strip("-") or "mission"
    number = 1
    slug = stem
    while slug_refusal(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug


@transaction.atomic
def create_mission(
    census: Census, *, by: Author, slug: str = "", pilot: User | None = None, act: Act = Act.MANAGED, reason: str = ""
) -> Mission:
    """A mission with the facts of a census (its settings alone, for a new one), led by ``pilot``.

    Raises ``FactsError``, with every fault; nothing is then written.
    """
    settings = census.settings
    name = slug or slug_of(settings.territory)
    if refusal := slug_refusal(name):
        raise _refused(name, refusal)
    try:
        with transaction.atomic():
            mission = Mission.objects.create(
                slug=name, name=settings.name, territory=settings.territory, committee_on=settings.committee_on
            )
    except IntegrityError:  # Someone made it meanwhile.
        raise _refused(name, "une mission porte déjà cet identifiant") from None
    save_census(mission, census, by=by, act=act, reason=reason or "Création de la mission")
    if pilot is not None:
        Membership.objects.create(user=pilot, mission=mission, role=Role.PILOT)
    return mission


def archive(mission: Mission, *, by: Author, reason: str = "") -> None:
    """From now on people only read it, and it leaves the lists; nothing when it is archived already."""
    _set_archived(mission, archived=True, by=by, reason=reason)


def unarchive(mission: Mission, *, by: Author, reason: str = "") -> None:
    """Take it out of the archives; nothing when it is not there."""
    _set_archived(mission, archived=False, by=by, reason=reason)


@transaction.atomic
def _set_archived(mission: Mission, *, archived: bool, by: Author, reason: str) -> None:
    held = Mission.objects.select_for_update().get(pk=mission.pk)
    if (held.archived_at is not None) is archived:
        return
    mission.archived_at = held.archived_at = timezone.now() if archived else None
    held.save(update_fields=["archived_at"])
    label = "Mission archivée" if archived else "Mission sortie des archives"
    note = Note(kind=KIND, label=label, path=("archivee",), before=not archived, after=archived)
    record(held, [note], by=by, act=Act.MANAGED, reason=reason)


@transaction.atomic
def let_letters_leave(mission: Mission, *, by: Author) -> None:
    """A mission that came from an archive writes to people from now on; nothing when it does already."""
    held = Mission.objects.select_for_update().get(pk=mission.pk)
    if held.letters_held:
        mission.letters_held = held.letters_held = False
        held.save(update_fields=["letters_held"])
        note = Note(kind=KIND, label="Courriels activés", path=("courriels",), before=False, after=True)
        record(held, [note], by=by, act=Act.MANAGED)


def _refused(slug: str, problem: str) -> FactsError:
    return FactsError([Fault(where="identifiant", found=slug, problem=problem, mend="en choisir un autre")])
