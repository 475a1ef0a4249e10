"""Published figures with their rows, and the charts drawn from them."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.indicators.definitions import Indicator as CoreIndicator
from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.web.loading.charts import mission_charts
from rebond.web.loading.firms import Firms
from rebond.web.loading.projects import Projects
from rebond.web.missions.models import Mission
from rebond.web.restitution.models import Figure, Indicator, IndicatorRow
from rebond.web.wording import sentence


def load_indicators(result: MissionResult, mission: Mission, firms: Firms, projects: Projects) -> None:
    """Every published figure, each with its rows."""
    for position, indicator in enumerate(result.indicators):
        row = Indicator.objects.create(
            mission=mission,
            position=position,
            code=indicator.code,
            label=typeset(indicator.label),
            definition=typeset(indicator.definition),
            unit=indicator.unit,
            value=indicator.value,
            text=indicator.text,
            brief=indicator.brief,
            note=sentence(indicator.note),
        )
        IndicatorRow.objects.bulk_create(_rows(indicator, row, firms, projects))


def _rows(indicator: CoreIndicator, row: Indicator, firms: Firms, projects: Projects) -> Iterable[IndicatorRow]:
    for position, behind in enumerate(indicator.rows):
        yield IndicatorRow(
            indicator=row,
            position=position,
            ref=behind.id,
            label=typeset(behind.label),
            value=behind.value,
            project=projects.get(behind.id),
            firm=firms.get(behind.id),
        )


def load_figures(result: MissionResult, mission: Mission) -> None:
    """The charts of the mission, drawn once."""
    Figure.objects.bulk_create(
        Figure(
            mission=mission,
            code=code,
            title=typeset(chart.title),
            description=typeset(chart.description),
            svg=chart.svg,
            header=[typeset(cell) for cell in chart.header],
            rows=[[typeset(cell) for cell in row] for row in chart.rows],
        )
        for code, chart in mission_charts(result)
    )
