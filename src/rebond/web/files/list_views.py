"""Every file attached in a mission: filters in the address, search, export."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from rebond.restitution.typography import typeset
from rebond.web.desk.filters import counted
from rebond.web.desk.lists import Column, Listing, export, tools
from rebond.web.files.models import Attachment
from rebond.web.files.storing import proofs
from rebond.web.files.views import SHEETS
from rebond.web.firms.models import Firm
from rebond.web.missions.access import changing, page
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of
from rebond.web.projects.models import Project
from rebond.web.search_text import plain, words_sought

LISTING = Listing(
    name="pieces",
    title="Pièces jointes",
    view="files:list",
    default_sort="jointe",
    sorts={"jointe": "at"},
    columns=(
        Column(key="nom", label="Fichier", value=lambda row: row["name"], fixed=True),
        Column(key="fiche", label="Fiche", value=lambda row: row["sheet"], fixed=True),
        Column(key="reference", label="Référence", value=lambda row: row["ref"]),
        Column(key="genre", label="Genre de fiche", value=lambda row: row["owner_label"]),
        Column(key="prouve", label="Ce qu’elle prouve", value=lambda row: row["proof"]),
        Column(key="precision", label="Précision", value=lambda row: row["note"]),
        Column(key="par", label="Jointe par", value=lambda row: row["by"]),
        Column(key="le", label="Jointe le", value=lambda row: row["on"]),
        Column(key="taille", label="Taille (octets)", value=lambda row: row["size"], default=False),
        Column(key="empreinte", label="Empreinte SHA-256", value=lambda row: row["digest"], default=False),
    ),
)


@changing
def of_mission_files(request: HttpRequest, mission: Mission) -> HttpResponse:
    """The files that the filters and words of the address keep, the latest first."""
    every = _told(request, mission)
    asked = {name: request.GET.get(name, "") for name in ("genre", "par", "prouve")}
    filters = (
        counted("genre", "Genre de fiche", ((row["owner"], row["owner_label"]) for row in every), asked["genre"]),
        counted("prouve", "Ce qu’elle prouve", ((row["proves"], row["proof"]) for row in every), asked["prouve"]),
        counted("par", "Jointe par", ((row["by"], row["by"]) for row in every), asked["par"]),
    )
    words = words_sought(request.GET.get("q", ""))
    kept = [row for row in every if _is_kept(row, asked, words)]
    context = {
        **tools(LISTING, request, mission),
        "page": page_of(request, kept),
        "total": len(every),
        "q": request.GET.get("q", "").strip(),
        "filters": filters,
        "active": [one for one in filters if one.value],
    }
    file = export(LISTING, request, mission, kept)
    return file or page(request, mission, "files/mission.html", "files", context)


def _told(request: HttpRequest, mission: Mission) -> list[dict[str, Any]]:
    """Each file with the name of its sheet, withdrawn or not, in three queries."""
    rows = Attachment.objects.visible_to(request.user).of(mission)
    firms = dict(Firm.ever.visible_to(request.user).of(mission).values_list("ref", "name"))
    projects = dict(Project.ever.visible_to(request.user).of(mission).values_list("ref", "title"))
    known = {owner: proofs(owner) for owner in Attachment.Owner.values}
    found = []
    for row in rows:
        owner = Attachment.Owner(row.owner)
        names = {Attachment.Owner.PROJECT: projects, Attachment.Owner.FIRM: firms}.get(owner, {})
        found.append(
            {
                "pk": row.pk,
                "name": row.name,
                "ref": row.ref,
                "sheet": names.get(row.ref, row.ref),
                "url": reverse(SHEETS[owner], args=[mission.slug, row.ref]),
                "owner": row.owner,
                "owner_label": row.get_owner_display(),
                "proves": row.proves,
                "proof": typeset(known[row.owner].get(row.proves, row.proves)),
                "note": row.note,
                "by": row.by_name,
                "on": timezone.localdate(row.at),
                "at": row.at,
                "size": row.size,
                "digest": row.digest,
            }
        )
    return found


def _is_kept(row: dict[str, Any], asked: dict[str, str], words: list[str]) -> bool:
    held = {"genre": row["owner"], "par": row["by"], "prouve": row["proves"]}
    if any(value and held[name] != value for name, value in asked.items()):
        return False
    text = plain(" ".join((row["name"], row["sheet"], row["ref"], row["note"], row["proof"])))
    return all(word in text for word in words)
