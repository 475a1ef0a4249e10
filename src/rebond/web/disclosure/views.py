"""The space of those who do not work on the whole mission, and the page where the pilot settles what they are shown."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rebond.restitution.audiences import Reader
from rebond.web.accounts.models import User
from rebond.web.desk.tasks import Task
from rebond.web.desk.waiting import awaiting
from rebond.web.disclosure import acts
from rebond.web.disclosure.awaited import FIRM_KIND, NEW_KIND
from rebond.web.disclosure.consenting import take_back
from rebond.web.disclosure.disclosed import Disclosed, project_of, references, shown_to
from rebond.web.disclosure.fields import facts_given
from rebond.web.disclosure.firm_space import FirmSpace, firm_space
from rebond.web.disclosure.forms import ConsentForm, ShareForm
from rebond.web.disclosure.matrix import matrix
from rebond.web.disclosure.models import Consent, Shared
from rebond.web.disclosure.telling import notices
from rebond.web.firms.models import Firm
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import Part, firms_in, for_roles, page, parts_in, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.paging import page_of
from rebond.web.readings.middleware import note
from rebond.web.readings.models import Kind
from rebond.web.restitution.groups import grouped, headlines
from rebond.web.roadmap.lines import as_read
from rebond.web.roadmap.models import RoadmapAction
from rebond.web.row_numbers import row_number
from rebond.web.studies.models import Indicator

FILES = (
    ("docx", "Word"),
    ("pdf", "PDF"),
    ("xlsx", "Excel"),
    ("csv", "CSV"),
    ("json", "JSON"),
    ("zip", "Dossier complet"),
)
SPACE_ROLES = (Role.PARTNER, Role.COMMITTEE, Role.FIRM, Role.OBSERVER)
in_a_space = for_roles(*SPACE_ROLES)


def _given(mission: Mission, *, key: str | None = None) -> list[tuple[Part, tuple[Disclosed, ...]]]:
    """What each part of the person is given; the parts that work on the whole mission have its own pages."""
    return [(part, shown_to(mission, part, key=key)) for part in parts_in(mission) if part.role in SPACE_ROLES]


def _firm_spaces(mission: Mission) -> list[FirmSpace]:
    """One for each firm that the person speaks for."""
    mine = firms_in(mission)
    return [firm_space(mission, firm) for firm in Firm.objects.of(mission).filter(pk__in=mine)] if mine else []


def _tasks(request: HttpRequest, mission: Mission) -> list[Task]:
    """What awaits a partner; what is asked of a firm is said in its own part of the page."""
    roles = roles_in(mission) & {Role.PARTNER}
    found = awaiting(cast(User, request.user), mission, roles, timezone.localdate()) if roles else []
    return [each for each in found if each.kind != FIRM_KIND]


def _led(request: HttpRequest, mission: Mission) -> list[RoadmapAction]:
    """The actions of the roadmap that a partner's organisation leads; a query for a partner alone."""
    if Role.PARTNER not in {part.role for part in parts_in(mission)}:
        return []
    rows = RoadmapAction.objects.visible_to(request.user).led_by(request.user).of(mission)
    return [as_read(mission, row) for row in rows]


@in_a_space
def space(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every project that the person is given, and the figures of the mission."""
    table, given = matrix(), _given(mission)
    named = {each.key for _, rows in given for each in rows if each.named}
    for ref in references(mission, named).values():
        note(request, Kind.PROJECT, ref, "Liste des projets, en clair")
    every_figure = any(table.sees(part.role, "chiffres") == "tout" for part, _ in given)
    rows = Indicator.objects.found_by(mission.current_study) if every_figure else Indicator.objects.none()
    figures = list(rows.only("code", "label", "text", "unit", "note", "definition"))
    tasks = _tasks(request, mission)
    context = {
        # What is only to be read is marked where the projects are listed, not listed twice.
        "new": {each.key for each in tasks if each.kind == NEW_KIND},
        "given": [
            (part, [each for each in rows if each.named], [each for each in rows if not each.named])
            for part, rows in given
        ],
        "tasks": [each for each in tasks if each.kind != NEW_KIND],
        "takes_away": FILES if any(rows for _, rows in given) else (),
        "figures": grouped(figures),
        "headlines": headlines(figures),
        "firms": _firm_spaces(mission),
        "led": _led(request, mission),
        "notices": [each for part, _ in given for each in notices(mission, part)],
        "why": [(part.role.label, table.why[part.role]) for part, _ in given],
        "seen": [
            (label, table.words[table.sees(part.role, kind)])
            for part, _ in given
            for kind, label in table.kinds.items()
        ],
    }
    return page(request, mission, "disclosure/space.html", "space", context)


@in_a_space
def sheet(request: HttpRequest, mission: Mission, key: str) -> HttpResponse:
    """One project as the person is given it; 404 for a key that no part of his or hers opens."""
    found = [(part, each) for part, rows in _given(mission, key=key) for each in rows]
    if not found:
        raise Http404
    # Several parts may open one project: the one that is given its name comes first.
    part, disclosed = max(found, key=lambda row: row[1].named)
    project = project_of(mission, key)
    reader = Reader(part.role)
    if project is not None:
        note(request, Kind.PROJECT, project.ref, "Fiche" if disclosed.named else "Sous un nom de code")
    return page(
        request,
        mission,
        "disclosure/sheet.html",
        "space",
        {
            "shown": disclosed,
            "role": part.role.label,
            "facts": facts_given(mission, project.ref, reader, named=disclosed.named) if project else (),
            # A partner or the committee is not told to whom else a project was sent: only what is declared.
            "project": project if part.role == Role.FIRM else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
def sharing(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What is at whose disposal, and which firms agreed; each can be ended at once."""
    user = cast(User, request.user)
    gesture = request.POST.get("geste", "")
    share_form = ShareForm(request.POST if gesture == "partager" else None, mission=mission, user=user)
    consent_form = ConsentForm(request.POST if gesture == "consentir" else None, mission=mission, user=user)
    if request.method == "POST" and _done(request, mission, user, gesture, share_form, consent_form):
        return redirect("disclosure:sharing", mission.slug)
    shared = Shared.objects.visible_to(user).of(mission).select_related("project", "organisation", "by")
    shared = shared.order_by("project__ref", "organisation__name")
    consents = Consent.ever.visible_to(user).of(mission).select_related("firm", "organisation")
    consents = consents.filter(firm__withdrawn_at=None)
    response = page(
        request,
        mission,
        "disclosure/sharing.html",
        "sharing",
        {
            "page": page_of(request, shared),
            "files": FILES,
            "readers": [
                ("comite", "Comité de pilotage"),
                *dict.fromkeys((str(row.organisation_id), str(row.organisation)) for row in shared if row.organisation),
            ],
            "consents": consents.filter(ended_at=None),
            "ended": consents.exclude(ended_at=None),
            "share_form": share_form,
            "consent_form": consent_form,
        },
    )
    response.status_code = 422 if share_form.errors or consent_form.errors else 200
    return response


def _done(
    request: HttpRequest,
    mission: Mission,
    user: User,
    gesture: str,
    share_form: ShareForm,
    consent_form: ConsentForm,
) -> bool:
    """Do what was asked; ``False`` when the form says why not."""
    if gesture == "partager":
        if not share_form.is_valid():
            return False
        for project in share_form.cleaned_data["projets"]:
            acts.share(mission, project, share_form.organisation, by=user)
        messages.success(request, "Mise à disposition enregistrée.")
    elif gesture == "consentir":
        if not consent_form.is_valid():
            return False
        said = consent_form.cleaned_data
        acts.note_consent(
            mission,
            said["entreprise"],
            said["organisation"],
            text=said["texte"],
            signed_by=said["signataire"],
            given_on=said["date"],
            by=user,
            scope=consent_form.scope(),
        )
        messages.success(request, "Accord noté.")
    elif gesture == "retirer":
        rows = Shared.objects.may_change(user).of(mission)
        acts.take_back(mission, get_object_or_404(rows, pk=_number(request)), by=user)
        messages.success(request, "Mise à disposition terminée : elle ne donne plus rien à voir.")
    elif gesture == "retirer_consentement":
        # Of an archived mission too: taking back is always possible.
        held = Consent.objects.visible_to(user).of(mission).filter(pk=_number(request))
        if not take_back(held, said_by=f"{user}, à la demande de l’entreprise", author=author_of(user)):
            raise Http404
        messages.success(request, "Accord retiré : les projets de l’entreprise ont de nouveau un nom de code.")
    else:
        raise Http404
    return True


def _number(request: HttpRequest) -> int:
    return row_number(request.POST.get("ligne", ""))
