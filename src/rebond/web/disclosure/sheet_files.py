"""Sheets to take away: those of one's own space, and those that the pilot makes for an organisation or the committee.

They are made when they are asked, of what their reader is given that day: a consent withdrawn is withdrawn from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from rebond.adapters.documents.sheets import write_sheets
from rebond.adapters.printing.pdf import PdfUnavailableError
from rebond.dispositifs.model import Instrument
from rebond.restitution.audiences import audiences
from rebond.restitution.contents import Section
from rebond.restitution.pack import PackLine, pack_section
from rebond.restitution.papers import Paper, papers_for
from rebond.restitution.sheets import ProjectSheet, collect_sheets
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.disclosure.disclosed import Disclosed, references, shown_to
from rebond.web.disclosure.models import Shared
from rebond.web.disclosure.views import SPACE_ROLES, in_a_space
from rebond.web.missions.access import Part, for_roles, parts_in
from rebond.web.missions.models import Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.readings.middleware import note
from rebond.web.readings.models import Kind as ReadKind
from rebond.web.readings.models import What
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.reading import lines_for_organisations
from rebond.web.row_numbers import row_number

KINDS: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
}
COMMITTEE = "comite"


@require_safe
@in_a_space
def mine(request: HttpRequest, mission: Mission, kind: str) -> HttpResponse:
    """The sheets of every project that the person is given."""
    parts = [part for part in parts_in(mission) if part.role in SPACE_ROLES]
    return _file(request, mission, parts, kind, ", ".join(dict.fromkeys(part.role.label.lower() for part in parts)))


@require_safe
@for_roles(Role.PILOT)
def for_whom(request: HttpRequest, mission: Mission, whom: str, kind: str) -> HttpResponse:
    """The sheets that an organisation, or the committee, would be given today; 404 for one that nothing was sent to."""
    if whom == COMMITTEE:
        return _file(request, mission, [Part(role=Role.COMMITTEE)], kind, Role.COMMITTEE.label.lower())
    sent = Shared.objects.visible_to(request.user).of(mission).filter(organisation__isnull=False)
    found = get_object_or_404(Organisation, pk__in=sent.values("organisation"), pk=row_number(whom))
    part = Part(role=Role.PARTNER, organisation=found.pk, code=found.code or "")
    return _file(request, mission, [part], kind, str(found), front=_front(request, mission, part.code, str(found)))


def _front(request: HttpRequest, mission: Mission, code: str, name: str) -> tuple[Section, ...]:
    """What was sent to the organisation, as it is told of it."""
    rows = SentReferral.objects.visible_to(request.user).of(mission)
    lines = lines_for_organisations(mission, rows, [code], timezone.localdate()) if code else []
    if not lines:
        return ()
    section = pack_section(
        [
            PackLine(
                project=each.named.name,
                firm=each.named.firm,
                asked="\n".join(filter(None, (each.why, each.amount))),
                awaited=each.expected,
                before=each.answer_by,
                papers=_papers_of(each.row.dispositifs, code) if each.named.named else (),
            )
            for each in lines
        ],
        name,
    )
    return (section,)


def _papers_of(keys: Sequence[str], organisation: str) -> tuple[Paper, ...]:
    """What a firm is usually asked for, for the supports of a referral."""
    known = current_catalogue().dispositifs
    asked = [known[key] for key in keys if key in known]
    return papers_for(
        forms={each.instrument.value for each in asked} or {Instrument.ADVICE.value},
        regimes={regime for each in asked for regime in each.regimes},
        organisation=organisation,
    )


def _file(
    request: HttpRequest, mission: Mission, parts: list[Part], kind: str, whom: str, *, front: Sequence[Section] = ()
) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    given = {each.key: each for part in parts for each in shown_to(mission, part)}
    for ref in references(mission, [key for key, each in given.items() if each.named]).values():
        note(request, ReadKind.PROJECT, ref, "Fiches à remettre", What.TAKEN)
    sheets = tuple(map(sheet_of, given.values()))
    document = collect_sheets(
        sheets,
        title=mission.name,
        subtitle=f"Fiches des projets — {whom}",
        place=mission.dated_from,
        dated=mission.committee_on,
        fictitious=mission.fictitious,
        front=front,
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"fiches.{kind}"
        try:
            write_sheets(path, sheets, document)
        except PdfUnavailableError as error:
            return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="fiches-{mission.slug}.{kind}"'}
    return HttpResponse(content, content_type=KINDS[kind], headers=headers)


def sheet_of(told: Disclosed) -> ProjectSheet:
    """What a page shows of a project, for files."""
    values = {key: getattr(told, key, "") for key in audiences().data}
    found = {key: value for key, value in values.items() if value}
    if told.support:
        found["support"] = tuple(("", line) for line in told.support)
    return ProjectSheet(name=told.name, named=told.named, told=found)
