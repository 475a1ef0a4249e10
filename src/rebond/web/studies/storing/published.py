"""Published figures with their rows, and the charts drawn from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rebond.indicators.definitions import Indicator as CoreIndicator
from rebond.results import MissionResult
from rebond.web.studies.models import Figure, Indicator, Study
from rebond.web.studies.records import IndicatorRow, StoredChart, chart_data, rows_data
from rebond.web.studies.storing.charts import mission_charts
from rebond.web.studies.storing.records import Records
from rebond.web.wording import set_once


def indicator_rows(result: MissionResult) -> list[dict[str, Any]]:
    """The rows behind each published figure, as its record has them."""
    kinds = {**{found.firm.id: "entreprise" for found in result.firms}}
    kinds |= {found.project.id: "projet" for found in result.projects}
    return [rows_data(tuple(_rows(indicator, kinds))) for indicator in result.indicators]


def store_indicators(result: MissionResult, study: Study, records: Records, digests: Sequence[str]) -> None:
    """Every published figure, each with its rows."""
    Indicator.objects.bulk_create(
        Indicator(
            study=study,
            position=position,
            code=indicator.code,
            label=set_once(indicator.label, capital=False),
            definition=set_once(indicator.definition, capital=False),
            formula=set_once(indicator.reckoned, capital=False),
            unit=indicator.unit,
            value=indicator.value,
            text=indicator.text,
            brief=indicator.brief,
            note=set_once(indicator.note),
            record_id=records.row(digest),
        )
        for position, (indicator, digest) in enumerate(zip(result.indicators, digests, strict=True))
    )


def _rows(indicator: CoreIndicator, kinds: dict[str, str]) -> Iterable[IndicatorRow]:
    for row in indicator.rows:
        yield IndicatorRow(
            ref=row.id, label=set_once(row.label, capital=False), value=row.value, kind=kinds.get(row.id, "")
        )


def drawn_figures(result: MissionResult) -> list[tuple[str, str, dict[str, Any]]]:
    """The charts of the mission, drawn once: code, title, drawing."""
    return [
        (
            code,
            set_once(chart.title, capital=False),
            chart_data(
                StoredChart(
                    description=set_once(chart.description, capital=False),
                    svg=chart.svg,
                    header=tuple(set_once(cell, capital=False) for cell in chart.header),
                    rows=tuple(tuple(set_once(cell, capital=False) for cell in row) for row in chart.rows),
                )
            ),
        )
        for code, chart in mission_charts(result)
    ]


def store_figures(study: Study, records: Records, figures: Sequence[tuple[str, str, str]]) -> None:
    """The charts, by code, title and digest."""
    Figure.objects.bulk_create(
        Figure(study=study, position=position, code=code, title=title, record_id=records.row(digest))
        for position, (code, title, digest) in enumerate(figures)
    )
