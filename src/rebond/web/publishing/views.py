"""Published figures of a mission, for whoever has a part in it; the page where the pilot publishes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rebond.adapters.opendocument import MIME, as_ods
from rebond.data.csvfile import french_csv
from rebond.publication.files import sheets_of
from rebond.publication.layers import Why
from rebond.publication.tables import HEADER, LEGEND, rows_of, tables_of
from rebond.publication.wording import sentences_of
from rebond.restitution.typography import french_date, typeset
from rebond.web.accounts.models import User
from rebond.web.guard.heavy import heavy
from rebond.web.missions.access import for_roles, of_any_part, page, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.publishing import acts
from rebond.web.publishing.forms import WithdrawForm
from rebond.web.publishing.held import embargo_now, told_now
from rebond.web.publishing.models import Edition
from rebond.web.publishing.opening import ZIP, as_zip
from rebond.web.row_numbers import row_number

CSV = "text/csv; charset=utf-8"
PREVIEW = "apercu"


@of_any_part
def figures(request: HttpRequest, mission: Mission) -> HttpResponse:
    """The figures that the mission publishes, and nothing else of it."""
    edition = _shown(request, mission)
    context = {
        "edition": edition,
        "embargo": embargo_now(mission),
        "tables": tables_of(edition.figures) if edition else (),
        "legend": LEGEND,
        "is_pilot": Role.PILOT in roles_in(mission),
    }
    return page(request, mission, "publishing/figures.html", "published", context)


def _shown(request: HttpRequest, mission: Mission) -> Edition | None:
    """The latest edition that this person may be given now."""
    rows = Edition.objects.told_to(request.user, Mission.objects.filter(pk=mission.pk))
    return next(told_now(rows), None)


@of_any_part
def file(request: HttpRequest, mission: Mission, kind: str) -> HttpResponse:
    """The same figures for a spreadsheet."""
    edition = _shown(request, mission)
    if edition is None:
        raise Http404
    heading = (typeset(mission.name), f"{edition}, publiée le {french_date(timezone.localdate(edition.published_at))}")
    name = f"{mission.slug}-chiffres-publies-{edition.number}"
    if kind == "zip":
        headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
        return HttpResponse(as_zip(mission, edition), content_type=ZIP, headers=headers)
    return attached((*heading, *LEGEND), HEADER, rows_of(edition.figures), kind, name)


def attached(
    about: Iterable[str], header: Sequence[str], rows: Iterable[Sequence[str]], kind: str, name: str
) -> HttpResponse:
    """A file to keep."""
    body = french_csv(header, rows) if kind == "csv" else as_ods(sheets_of(about, header, rows))
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(body, content_type=CSV if kind == "csv" else MIME, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
@heavy
def publication(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What is published, what may be; each gesture is the pilot's."""
    form = WithdrawForm(request.POST if request.POST.get("geste") == "retirer" else None)
    if request.method == "POST" and _done(request, mission, form):
        return redirect("publishing:publication", mission.slug)
    ready = acts.prepared(mission) if PREVIEW in request.GET else None
    context: dict[str, Any] = {
        "embargo": embargo_now(mission),
        "editions": Edition.objects.visible_to(request.user)
        .of(mission)
        .defer("basis", "content")
        .select_related("published_by"),
        "asked": PREVIEW in request.GET,
        "ready": ready,
        "tables": tables_of(ready.figures) if ready else (),
        "told": [sentences_of(report, ready.figures) for report in ready.reports] if ready else (),
        "legend": LEGEND,
        "reasons": [why.label for why in Why],
        "form": form,
    }
    response = page(request, mission, "publishing/publication.html", "published", context)
    response.status_code = 422 if form.errors else 200
    return response


def _done(request: HttpRequest, mission: Mission, form: WithdrawForm) -> bool:
    """Do what was asked; ``False`` when the form says why not."""
    user, gesture = cast(User, request.user), request.POST.get("geste", "")
    if mission.archived_at is not None:
        raise PermissionDenied
    if gesture == "publier":
        try:
            edition = acts.publish(mission, request.POST.get("vu", ""), by=user)
        except acts.ChangedError:
            messages.error(
                request, "Les chiffres ont changé depuis l’aperçu : rien n’a été publié. Préparez l’édition de nouveau."
            )
        else:
            messages.success(request, f"{edition} publiée.")
        return True
    if gesture != "retirer":
        raise Http404
    if not form.is_valid():
        return False
    rows = Edition.objects.may_change(user).of(mission).filter(withdrawn_at=None)
    edition = get_object_or_404(rows, number=row_number(request.POST.get("edition", "")))
    acts.withdraw(mission, edition, form.cleaned_data["motif"], by=user)
    messages.success(request, f"{edition} retirée : personne n’en voit plus les chiffres sur ce site.")
    return True
