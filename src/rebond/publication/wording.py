"""What is silent of an edition and why, in sentences for the pilot alone."""

from __future__ import annotations

from dataclasses import dataclass

from rebond.publication.cells import Key
from rebond.publication.edition import Edition, Report
from rebond.publication.tables import lower_first
from rebond.units import agreed


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One measure: what is published of it, and each silent cell with its reason."""

    label: str
    summary: str
    cells: tuple[tuple[str, str], ...]


def sentences_of(report: Report, edition: Edition) -> Told:
    """A measure of an edition being prepared."""
    figures = report.figures
    if report.refused is not None:
        return Told(label=figures.measure.label, summary=f"Non publié : {report.refused.label}.", cells=())
    silent, every = len(report.why), len(figures.cells)
    hushed = f"{silent} {agreed('tues', silent)}" if silent else "aucune tue"
    summary = f"{every - silent} {agreed('cases dites', every - silent)}, {hushed}."
    if report.dropped:
        names = " ; ".join(
            " et ".join(lower_first(edition.dimensions[name]) for name in each) for each in report.dropped
        )
        summary += f" Tableaux abandonnés, faute de pouvoir les protéger : {names}."
    if not report.proven:
        summary += " Peut-être pouvait-on en dire plus : la recherche s’est arrêtée avant la preuve."
    return Told(
        label=figures.measure.label,
        summary=summary,
        cells=tuple((_named(key, edition), why.label) for key, why in report.why.items()),
    )


def _named(key: Key, edition: Edition) -> str:
    return ", ".join(edition.labels.get(name, {}).get(code, code) for name, code in key) or "Total"
