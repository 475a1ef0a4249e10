"""The filters of the projects' list: they live in the address, each option says how many projects it keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict

from rebond.web.missions.querysets import SearchedQuerySet
from rebond.web.missions.truth import Answer
from rebond.web.portfolio.models import CallDecision
from rebond.web.projects.models import Project
from rebond.web.referrals.models import Referral

UNKNOWN = "inconnu"
_KNOWN = {Answer.YES: "Connu", Answer.NO: "Inconnu des partenaires", Answer.UNKNOWN: "À confirmer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice of a filter."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter with its options; ``value`` is what the address asks for."""

    name: str
    label: str
    column: str
    value: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> str:
        """Label of the selected option, empty when there is none."""
        return next((option.label for option in self.options if option.selected), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Definition:
    name: str
    label: str
    column: str
    label_column: str = ""


_DEFINITIONS = (
    _Definition(name="epci", label="Intercommunalité", column="epci_code", label_column="epci"),
    _Definition(name="commune", label="Commune", column="commune_code", label_column="commune"),
    _Definition(name="type", label="Type de projet", column="kind", label_column="kind_label"),
    _Definition(name="maturite", label="Maturité", column="maturity", label_column="maturity_label"),
    _Definition(name="connu", label="Connu des partenaires", column="known"),
    _Definition(name="appel", label="Situation dans l’appel", column="decision__status"),
    _Definition(name="organisation", label="Orienté vers", column="referrals__organisation"),
)


def project_filters(projects: SearchedQuerySet[Project], asked: QueryDict) -> tuple[Filter, ...]:
    """Every filter with its options, counted over all the projects given."""
    columns = [d.column for d in _DEFINITIONS[:-1]]
    names = [d.label_column for d in _DEFINITIONS if d.label_column]
    rows = list(projects.values(*columns, *names))
    referred = Referral.objects.filter(project__in=projects).values_list(
        "organisation", "organisation_name", "project_id"
    )
    filters = [_filter(d, ((row[d.column], _label(d, row)) for row in rows), asked) for d in _DEFINITIONS[:-1]]
    organisations = ((code, name) for code, name, _ in set(referred))
    return (*filters, _filter(_DEFINITIONS[-1], organisations, asked))


def _label(definition: _Definition, row: dict[str, str]) -> str:
    if definition.label_column:
        return row[definition.label_column]
    value = row[definition.column]
    return _KNOWN[Answer(value)] if definition.name == "connu" else str(CallDecision.Status(value).label)


def _filter(definition: _Definition, values: Iterable[tuple[str, str]], asked: QueryDict) -> Filter:
    counts = Counter(values)
    value = asked.get(definition.name, "")
    options = (
        Option(
            value=code or UNKNOWN,
            label=label or "Inconnu",
            count=count,
            selected=(code or UNKNOWN) == value,
        )
        for (code, label), count in sorted(counts.items(), key=lambda item: item[0][1].casefold())
    )
    return Filter(
        name=definition.name,
        label=definition.label,
        column=definition.column,
        value=value,
        options=tuple(options),
    )


def filtered(projects: QuerySet[Project], filters: Iterable[Filter]) -> QuerySet[Project]:
    """The projects that every filter keeps; a value that is no option keeps none."""
    found = projects
    for one in filters:
        if one.value:
            unknown = one.value == UNKNOWN and one.name != "connu"
            none = Q(**{one.column: ""}) | Q(**{f"{one.column}__isnull": True})
            found = found.filter(none if unknown else Q(**{one.column: one.value}))
    return found.distinct()
