"""Write every document of a mission, all or nothing: a failure leaves the folder as it was."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rebond.adapters.documents.html import html_page
from rebond.adapters.documents.json_text import json_text
from rebond.adapters.documents.markdown import markdown_text
from rebond.adapters.documents.pdf import PdfUnavailableError, write_pdf
from rebond.adapters.documents.spreadsheet import write_projects
from rebond.adapters.documents.word import write_word
from rebond.restitution.press_release import collect_press_release
from rebond.restitution.report import collect_report
from rebond.restitution.result import indicators_as_data, result_as_data
from rebond.restitution.roadmap_document import collect_roadmap
from rebond.restitution.territory_map import Place
from rebond.results import MissionResult

Progress = Callable[[str], None]
PDF_NAME = "restitution.pdf"


def write_documents(
    result: MissionResult,
    out: Path,
    *,
    places: Sequence[Place] = (),
    points: Mapping[str, tuple[float, float]] | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the documents in ``out`` and return their paths. Same result: same HTML, Markdown and JSON, byte for byte.

    ``places``: communes of the territory (``territory_places``); ``points``: code → (latitude, longitude). Other
    files of the folder are left alone. Without the system libraries of the PDF, ``progress`` says which packages to
    install and the other documents are still written.
    """
    say = progress or _silent
    # Within ``out`` where it exists: it may be on a disk of its own, or the only place where one may write.
    home = out if out.is_dir() else out.parent
    home.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=home))
    try:
        skipped = _write_all(result, draft, places, points or {}, say)
        out.mkdir(exist_ok=True)
        written = [out / path.name for path in sorted(draft.iterdir())]
        if taken := [path for path in written if path.is_dir()]:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(taken[0]))
        for path in written:
            (draft / path.name).replace(path)
        for name in skipped:
            # What an earlier run left would contradict the other documents.
            (out / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(draft)
    return written


def _silent(_: str) -> None:
    """No progress to show."""


def _write_all(
    result: MissionResult,
    folder: Path,
    places: Sequence[Place],
    points: Mapping[str, tuple[float, float]],
    say: Progress,
) -> Sequence[str]:
    """Every document; the names of those that this machine cannot write."""
    say("Documents : données et tableur")
    for name, data in (("resultat", result_as_data(result)), ("indicateurs", indicators_as_data(result))):
        (folder / f"{name}.json").write_text(json_text(data), encoding="utf-8")
    write_projects(folder / "projets.xlsx", result)
    say("Documents : communiqué et feuille de route")
    release = collect_press_release(result)
    (folder / "communique.md").write_text(markdown_text(release), encoding="utf-8")
    write_word(folder / "communique.docx", release)
    write_word(folder / "feuille-de-route.docx", collect_roadmap(result), landscape=True)
    say("Documents : restitution")
    page = html_page(collect_report(result, places=places, points=points))
    (folder / "restitution.html").write_text(page, encoding="utf-8")
    try:
        write_pdf(folder / PDF_NAME, page)
    except PdfUnavailableError as error:
        say(str(error))
        return (PDF_NAME,)
    return ()
