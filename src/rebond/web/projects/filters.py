"""The filters of the projects' list: they live in the address, each option says how many projects it keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import QueryDict

from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import kind_label
from rebond.web.desk.filters import UNKNOWN, Filter, counted
from rebond.web.missions.querysets import StudiedQuerySet
from rebond.web.missions.truth import Answer
from rebond.web.projects.models import Project
from rebond.web.studies.models import NOT_COMPARED, ProjectFinding, Referral, Study

FOUND = "finding__"
"""What a study found, among the columns of the list."""
KNOWN: Mapping[str, str] = {
    Answer.YES: "Connu",
    Answer.NO: "Inconnu des partenaires",
    Answer.UNKNOWN: "À confirmer",
    NOT_COMPARED: "Non rapproché",
}
"""What a study found of a project in the lists of partners → its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Definition:
    name: str
    label: str
    column: str
    label_column: str = ""


_DEFINITIONS = (
    _Definition(name="epci", label="Intercommunalité", column="epci_code", label_column="epci"),
    _Definition(name="commune", label="Commune", column="commune_code", label_column="commune"),
    _Definition(name="type", label="Type de projet", column="kind"),
    _Definition(name="maturite", label="Maturité", column="finding__maturity", label_column="finding__maturity_label"),
    _Definition(name="connu", label="Connu des partenaires", column="finding__known"),
    _Definition(name="appel", label="Situation dans l’appel", column="finding__status"),
    _Definition(name="organisation", label="Orienté vers", column=""),
)


def project_filters(
    projects: StudiedQuerySet[Project], study: Study | None, asked: QueryDict, user: User | AnonymousUser
) -> tuple[Filter, ...]:
    """Every filter with its options, counted over all the projects given."""
    columns = [d.column for d in _DEFINITIONS[:-1]]
    names = [d.label_column for d in _DEFINITIONS if d.label_column]
    rows = list(projects.values(*columns, *names))
    referred = Referral.objects.visible_to(user).found_by(study).filter(project__in=projects.values("pk"))
    sent = set(referred.values_list("organisation", "organisation_name", "project_id"))
    filters = [_filter(d, _values(d, rows), asked) for d in _DEFINITIONS[:-1]]
    organisations = ((code, name) for code, name, _ in sent)
    return (*filters, _filter(_DEFINITIONS[-1], organisations, asked))


def _values(definition: _Definition, rows: Iterable[dict[str, str]]) -> Iterable[tuple[str, str]]:
    """Value and label of each row; what only a study says is left out of rows that it did not see."""
    of_study = definition.column.startswith(FOUND)
    kept = (row for row in rows if not of_study or row[definition.column] is not None)
    return ((row[definition.column] or "", _label(definition, row)) for row in kept)


def _label(definition: _Definition, row: dict[str, str]) -> str:
    if definition.label_column:
        return row[definition.label_column]
    value = row[definition.column]
    if definition.name == "type":
        return kind_label(value or "")
    return KNOWN[value] if definition.name == "connu" else str(ProjectFinding.Status(value).label)


def _filter(definition: _Definition, values: Iterable[tuple[str, str]], asked: QueryDict) -> Filter:
    value = asked.get(definition.name, "")
    return counted(definition.name, definition.label, values, value, column=definition.column)


def filtered(
    projects: QuerySet[Project], filters: Iterable[Filter], study: Study | None, user: User | AnonymousUser
) -> QuerySet[Project]:
    """The projects that every filter keeps; a value that is no option keeps none."""
    found = projects
    for one in filters:
        if one.value:
            unknown = one.value == UNKNOWN
            if one.column:
                none = Q(**{one.column: ""})
                if not one.column.startswith(FOUND):
                    none |= Q(**{f"{one.column}__isnull": True})
                # A value that is stored under this very word (a line to confirm) is not known either.
                exact = Q(**{one.column: one.value})
                found = found.filter(none | exact if unknown else exact)
            else:
                rows = Referral.objects.visible_to(user).found_by(study)
                sent = rows.filter(organisation="" if unknown else one.value)
                found = found.filter(pk__in=sent.values("project"))
    return found
