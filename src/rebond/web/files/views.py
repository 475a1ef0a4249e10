"""The files of a firm's or project's sheet: attached, downloaded, withdrawn."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rebond.errors import DataError, Fault
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.editing.decided import fault_of_reason
from rebond.web.exchange.uploads import safe_name
from rebond.web.files.models import LONGEST_NOTE, Attachment
from rebond.web.files.storing import LostFileError, attach, proofs, read, rules, withdraw
from rebond.web.firms.models import Firm
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import changing, page
from rebond.web.missions.models import Mission
from rebond.web.projects.sheet import sheet_page, studied_project
from rebond.web.readings.middleware import note
from rebond.web.readings.models import Kind, What
from rebond.web.referrals.models import SentReferral

_UNREADABLE, _GONE = 422, 410
SHEETS = {
    Attachment.Owner.PROJECT: "files:project",
    Attachment.Owner.FIRM: "files:firm",
    Attachment.Owner.REFERRAL: "referrals:one",
}
"""Where the files of each kind of sheet are."""


@require_http_methods(["GET", "HEAD", "POST"])
@changing
def of_project(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The files of a project; a POST attaches one."""
    project = studied_project(request, mission, ref)
    shown, done = _listed(request, mission, Attachment.Owner.PROJECT, ref)
    if done:
        return redirect("files:project", mission.slug, ref)
    response = sheet_page(request, mission, project, "fichiers", "files/project.html", shown)
    response.status_code = _UNREADABLE if shown["faults"] else 200
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@changing
def of_firm(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The files of a firm; a POST attaches one."""
    firm = get_object_or_404(Firm.objects.visible_to(request.user).of(mission), ref=ref)
    shown, done = _listed(request, mission, Attachment.Owner.FIRM, ref)
    if done:
        return redirect("files:firm", mission.slug, ref)
    response = page(request, mission, "files/firm.html", "firms", {"firm": firm, **shown})
    response.status_code = _UNREADABLE if shown["faults"] else 200
    return response


@require_safe
@changing
def download(request: HttpRequest, mission: Mission, pk: int) -> HttpResponse:
    """A file, as an attachment that no browser opens by itself; who took it is told."""
    row = _row(request, mission, pk)
    try:
        content = read(row)
    except LostFileError:
        back = _sheet(mission, row)
        context = {"attachment": row, "back": back}
        response = page(request, mission, "files/lost.html", "projects", context)
        response.status_code = _GONE
        return response
    kind, ref, part = _place(mission, row)
    note(request, kind, ref, part, What.TAKEN)
    return as_file(row, content)


def _place(mission: Mission, row: Attachment) -> tuple[Kind, str, str]:
    """What a file that is taken is told to be of: its sheet, or the project of its referral, one that left too."""
    if row.owner == Attachment.Owner.REFERRAL:
        project = SentReferral.ever.of(mission).filter(ref=row.ref).values_list("project__ref", flat=True).first()
        return Kind.PROJECT, project or row.ref, "Pièce d’une orientation"
    kind = Kind.PROJECT if row.owner == Attachment.Owner.PROJECT else Kind.FIRM
    return kind, row.ref, "Pièce jointe"


def as_file(row: Attachment, content: bytes, *, name: str = "") -> HttpResponse:
    """The bytes of a file, that no browser opens by itself; ``name``: how it is told, when not by its own."""
    response = HttpResponse(content, content_type=row.mime)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name or row.name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@changing
def take_off(request: HttpRequest, mission: Mission, pk: int) -> HttpResponse:
    """Withdraw a file, with a reason."""
    row = _row(request, mission, pk)
    if mission.archived_at is not None:
        raise PermissionDenied
    reason = request.POST.get("motif", "").strip()
    if error := fault_of_reason(reason, "Dites pourquoi."):
        context = {"attachment": row, "back": _sheet(mission, row), "reason": reason, "error": error}
        response = page(request, mission, "files/withdraw.html", "projects", context)
        response.status_code = _UNREADABLE
        return response
    withdraw(row, by=author_of(cast(User, request.user)), reason=reason)
    return redirect(_sheet(mission, row))


def _row(request: HttpRequest, mission: Mission, pk: int) -> Attachment:
    rows = Attachment.objects.visible_to(request.user).of(mission).select_related("mission")
    return get_object_or_404(rows, pk=pk)


def _sheet(mission: Mission, row: Attachment) -> str:
    return reverse(SHEETS[Attachment.Owner(row.owner)], args=[mission.slug, row.ref])


def _listed(request: HttpRequest, mission: Mission, owner: str, ref: str) -> tuple[dict[str, object], bool]:
    """What a page of files shows, after attaching the one that was sent; whether it was."""
    known = proofs(owner)
    faults: tuple[Fault, ...] = ()
    proves, note = request.POST.get("prouve", ""), request.POST.get("precision", "").strip()
    if request.method == "POST":
        if mission.archived_at is not None:
            raise PermissionDenied
        try:
            attach_sent(request, mission, owner, ref, known, proves, note)
        except DataError as error:
            faults = error.faults
        else:
            return {"faults": ()}, True
    rows = list(Attachment.objects.visible_to(request.user).of(mission).filter(owner=owner, ref=ref))
    return {
        "files": [(row, typeset(known.get(row.proves, row.proves))) for row in rows],
        "proofs": [(code, typeset(label)) for code, label in known.items()],
        "faults": faults,
        "proves": proves,
        "note": note,
        "types": sorted(rules().types),
        "accept": ",".join(f".{each}" for each in rules().types),
        "most": rules().most_bytes // 1_000_000,
    }, False


def attach_sent(
    request: HttpRequest, mission: Mission, owner: str, ref: str, known: dict[str, str], proves: str, note: str
) -> Attachment:
    """Attach the file that a form sends; raises ``DataError`` for one that is not taken."""
    file = request.FILES.get("fichier")
    if file is None or not file.name:
        raise DataError([Fault(where="fichier", problem="aucun fichier choisi", mend="en choisir un")])
    if proves not in known:
        raise DataError([Fault(where="ce que la pièce prouve", problem="pas de choix", mend="choisir dans la liste")])
    if len(note) > LONGEST_NOTE:
        problem = f"{len(note)} caractères, {LONGEST_NOTE} au plus"
        raise DataError([Fault(where="précision", problem=problem, mend="la raccourcir")])
    name = safe_name(file.name)
    most = rules().most_bytes
    content = file.read(most + 1)
    by = author_of(cast(User, request.user))
    return attach(mission, content, name=name, owner=owner, ref=ref, proves=proves, note=note, by=by)
