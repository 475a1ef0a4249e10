"""Minutes for those who follow the sitting; letters for the team; the texts that the pilot changes."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from rebond.adapters.documents.letters import zip_bytes
from rebond.restitution.letters import LONGEST, faults_of, letter_models, plain_text
from rebond.restitution.letters import filled as put_in
from rebond.restitution.samples import sample_values
from rebond.web.accounts.models import User
from rebond.web.committee import letters as made
from rebond.web.committee.models import FrozenDecision, FrozenSitting, LetterText
from rebond.web.guard.heavy import heavy
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.access import SITTING, of_mission, page, read_by, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.readings.middleware import note
from rebond.web.readings.models import Kind as ReadKind
from rebond.web.readings.models import What

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KIND = "courriers"


@require_safe
@read_by(SITTING)
@heavy
def minutes(request: HttpRequest, mission: Mission, number: int, *, may_decide: bool) -> HttpResponse:
    """The minutes of a frozen sitting: nothing that the committee may not read is in them."""
    del may_decide
    frozen = _frozen(request, mission, number)
    _tell(request, mission, frozen, "Relevé de décisions")
    return _file(made.minutes_bytes(mission, frozen), DOCX, f"releve-{mission.slug}-seance-{number}.docx")


@require_safe
@of_mission
@heavy
def letters(request: HttpRequest, mission: Mission, number: int) -> HttpResponse:
    """Every letter of a frozen sitting, in one archive."""
    frozen = _frozen(request, mission, number)
    rows = [row for row in _decisions(request, mission, number) if row.outcome in made.KINDS]
    for row in rows:
        note(request, ReadKind.PROJECT, row.project_ref, "Courrier de décision", What.TAKEN)
    _tell(request, mission, frozen, f"{len(rows)} courriers de décision")
    content = zip_bytes(made.letters_of(mission, frozen, rows))
    return _file(content, "application/zip", f"courriers-{mission.slug}-seance-{number}.zip")


@require_safe
@of_mission
@heavy
def letter(request: HttpRequest, mission: Mission, number: int, ref: str) -> HttpResponse:
    """The letter of one decision."""
    frozen = _frozen(request, mission, number)
    row = get_object_or_404(_decisions(request, mission, number), project_ref=ref, outcome__in=made.KINDS)
    _tell(request, mission, frozen, f"Courrier de décision, {ref}")
    return _file(made.letter_of(mission, frozen, row), DOCX, made.file_name(row))


@require_safe
@of_mission
def texts(request: HttpRequest, mission: Mission) -> HttpResponse:
    """The models, and those that the mission changed."""
    own = set(LetterText.objects.visible_to(request.user).of(mission).values_list("kind", flat=True))
    rows = [(kind, model, kind in own) for kind, model in letter_models().items()]
    return page(request, mission, "committee/texts.html", "committee", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@of_mission
@heavy
def text(request: HttpRequest, mission: Mission, kind: str) -> HttpResponse:
    """One text with its fields: preview it, save it, give the model back; the pilot alone changes it."""
    model = letter_models().get(kind)
    if model is None:
        raise Http404
    is_pilot = Role.PILOT in roles_in(mission)
    held = made.text_of(mission, kind)
    typed = request.POST.get("texte", held)
    gesture = request.POST.get("geste", "")
    faults: list[str] = []
    if request.method == "POST" and gesture != "apercu":
        if not is_pilot:
            raise PermissionDenied
        wanted = "" if gesture == "modele" else typed
        faults = [] if gesture == "modele" else faults_of(typed, model)
        if not faults:
            faults = made.write_text(mission, kind, wanted, by=cast(User, request.user))
        if not faults:
            messages.success(request, f"« {model.title} » est à jour : les prochains fichiers suivent ce texte.")
            return redirect("committee:text", mission.slug, kind)
    else:
        faults = faults_of(typed, model)
    if gesture == "apercu" and not faults and request.POST.get("word"):
        return _file(made.preview(kind, typed), DOCX, f"apercu-{kind}.docx")
    context = {
        "kind": kind,
        "model": model,
        "typed": typed,
        "faults": faults,
        "longest": LONGEST,
        "changed": held != model.text,
        "is_pilot": is_pilot,
        "shown": "" if faults else plain_text(put_in(typed, model, sample_values(model))),
    }
    response = page(request, mission, "committee/text.html", "committee", context)
    response.status_code = 422 if faults else 200
    return response


def _frozen(request: HttpRequest, mission: Mission, number: int) -> FrozenSitting:
    return get_object_or_404(FrozenSitting.objects.visible_to(request.user).of(mission), number=number)


def _decisions(request: HttpRequest, mission: Mission, number: int) -> QuerySet[FrozenDecision]:
    return FrozenDecision.objects.visible_to(request.user).of(mission).filter(number=number)


def _tell(request: HttpRequest, mission: Mission, frozen: FrozenSitting, what: str) -> None:
    label = f"{what}, séance nº {frozen.number}"
    said = Note(kind=KIND, ref=str(frozen.number), label=label)
    record(mission, [said], by=author_of(cast(User, request.user)), act=Act.EXPORTED)


def _file(content: bytes, mime: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=mime, headers=headers)
