"""Write every document of a mission, all or nothing: a failure leaves the folder as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from rebond.adapters.documents.html import html_page, paper_page
from rebond.adapters.documents.json_text import json_text
from rebond.adapters.documents.markdown import markdown_text
from rebond.adapters.documents.spreadsheet import write_projects
from rebond.adapters.documents.word import write_word
from rebond.adapters.printing.pdf import PdfUnavailableError
from rebond.adapters.printing.printer import printer
from rebond.data.outfolder import written_folder
from rebond.restitution.press_release import collect_press_release
from rebond.restitution.report import collect_report
from rebond.restitution.result import indicators_as_data, result_as_data
from rebond.restitution.roadmap_document import collect_roadmap
from rebond.restitution.territory_map import Place
from rebond.results import MissionResult

Progress = Callable[[str], None]
PDF_NAME = "restitution.pdf"
NAMES = frozenset(
    {
        "resultat.json",
        "indicateurs.json",
        "projets.xlsx",
        "communique.md",
        "communique.docx",
        "feuille-de-route.docx",
        "restitution.html",
        PDF_NAME,
    }
)
"""What a run writes: what an earlier one left of it would contradict the other documents."""


def write_documents(
    result: MissionResult,
    out: Path,
    *,
    places: Sequence[Place] = (),
    points: Mapping[str, tuple[float, float]] | None = None,
    progress: Progress | None = None,
    extra: Mapping[str, Path] = MappingProxyType({}),
) -> list[Path]:
    """Write the documents in ``out`` and return their paths. Same result: same HTML, Markdown and JSON, byte for byte.

    ``extra``: files that go with them, by the name that they take, such as the workbook that they come from.
    ``places``: communes of the territory (``territory_places``); ``points``: code → (latitude, longitude). Other
    files of the folder are left alone. Without the system libraries of the PDF, ``progress`` says which packages to
    install and the other documents are still written.
    """
    say = progress or _silent
    with written_folder(out, owned=NAMES | extra.keys()) as draft:
        _write_all(result, draft, places, points or {}, say)
        for name, source in extra.items():
            shutil.copyfile(source, draft / name)
        return sorted(out / path.name for path in draft.iterdir())


def _silent(_: str) -> None:
    """No progress to show."""


def _write_all(
    result: MissionResult,
    folder: Path,
    places: Sequence[Place],
    points: Mapping[str, tuple[float, float]],
    say: Progress,
) -> None:
    """Every document, but those that this machine cannot write; the PDF is printed while the others are written."""
    with printer(folder / PDF_NAME) as printing:
        say("Documents : restitution")
        report = collect_report(result, places=places, points=points)
        printing.begin(paper_page(report))
        (folder / "restitution.html").write_text(html_page(report), encoding="utf-8")
        say("Documents : communiqué et feuille de route")
        release = collect_press_release(result)
        (folder / "communique.md").write_text(markdown_text(release), encoding="utf-8")
        write_word(folder / "communique.docx", release)
        write_word(folder / "feuille-de-route.docx", collect_roadmap(result), landscape=True)
        say("Documents : données et tableur")
        for name, data in (("resultat", result_as_data(result)), ("indicateurs", indicators_as_data(result))):
            (folder / f"{name}.json").write_text(json_text(data), encoding="utf-8")
        write_projects(folder / "projets.xlsx", result)
        say("Documents : impression du PDF")
        try:
            printing.finish()
        except PdfUnavailableError as error:
            say(str(error))
