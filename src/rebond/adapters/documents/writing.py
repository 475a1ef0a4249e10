"""Write every document of a mission, all or nothing: a failure leaves the folder as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from rebond.adapters.documents.deck import write_deck
from rebond.adapters.documents.html import html_page, paper_page
from rebond.adapters.documents.json_text import json_text
from rebond.adapters.documents.markdown import markdown_text
from rebond.adapters.documents.sheets import write_sheets
from rebond.adapters.documents.spreadsheet import write_projects
from rebond.adapters.documents.word import write_word
from rebond.adapters.documents.writer_text import write_odt
from rebond.adapters.printing.pdf import PdfUnavailableError
from rebond.adapters.printing.printer import printer
from rebond.adapters.templates.release import release_on_template, release_values
from rebond.data import data_folder
from rebond.data.outfolder import written_folder
from rebond.restitution.confidences import confidences
from rebond.restitution.contents import annexes_of, body_of
from rebond.restitution.deck import collect_deck
from rebond.restitution.editions import COMMITTEE, Edition, Recipient
from rebond.restitution.embargo import Embargo, embargo_of
from rebond.restitution.origin import Beside, digest, digests_of
from rebond.restitution.pack import pack_sections
from rebond.restitution.press_release import collect_press_release
from rebond.restitution.release_sources import collect_release_sources
from rebond.restitution.report import collect_report
from rebond.restitution.result import indicators_as_data, result_as_data
from rebond.restitution.roadmap_document import collect_roadmap
from rebond.restitution.sheets import collect_sheets, project_sheets
from rebond.restitution.snapshot import snapshot_as_data
from rebond.restitution.territory_map import Place
from rebond.results import MissionResult

Progress = Callable[[str], None]
DECK_NAME = "presentation.pptx"
PDF_NAME, ANNEX_NAME = "restitution.pdf", "restitution-annexes.pdf"
NAMES = frozenset(
    {
        "resultat.json",
        "indicateurs.json",
        "instantane.json",
        "projets.xlsx",
        "communique.md",
        "communique.docx",
        "communique.odt",
        "communique-sources.docx",
        "feuille-de-route.docx",
        "restitution.html",
        "restitution.docx",
        PDF_NAME,
        DECK_NAME,
        ANNEX_NAME,
    }
)
"""What a run writes for everybody, each document for its declared reader."""
SHEETS = frozenset(f"fiches.{kind}" for kind in ("html", "docx", "xlsx", "csv", "json", "zip"))
"""What an edition writes beside."""
EDITIONS: Mapping[Edition, str] = {
    Edition.TEAM: "équipe de la mission",
    Edition.COMMITTEE: "comité de pilotage",
    Edition.PARTNER: "partenaire",
    Edition.FIRM: "entreprise",
    Edition.PRESS: "presse",
}
"""Edition → whom it is for."""


def write_documents(  # noqa: PLR0913 - named choices of the caller, each with its default
    result: MissionResult,
    out: Path,
    *,
    recipient: Recipient | None = None,
    committee: Recipient = COMMITTEE,
    places: Sequence[Place] = (),
    points: Mapping[str, tuple[float, float]] | None = None,
    logos: Path | None = None,
    progress: Progress | None = None,
    extra: Mapping[str, Path] = MappingProxyType({}),
    deck: bytes | None = None,
    release: bytes | None = None,
    moment: datetime | None = None,
) -> list[Path]:
    """Write the documents in ``out`` and return their paths. Same result: same HTML, Markdown and JSON, byte for byte.

    ``recipient``: whom this edition is for; without one, every document is written, each for its declared reader.
    ``committee``: what was put before it, where that is known.
    ``extra``: files that go with them, by the name that they take, such as the workbook that they come from.
    ``logos``: the folder of the images that the release names; without it, that of Rebond's own data. ``deck``
    and ``release``: the templates of the deck and of the press release, when the mission has its own, checked before.
    ``moment``: when they are given, by the clock of the place: until the end of an embargo, an edition for others than
    the team and the press goes without the release, and ``progress`` says so.
    ``places``: communes of the territory (``territory_places``); ``points``: code → (latitude, longitude). Other
    files of the folder are left alone. Without the system libraries of the PDF, ``progress`` says which packages to
    install and the other documents are still written.
    """
    say = progress or _silent
    # What an earlier run left would contradict these documents, or be read by whom it was not made for.
    with written_folder(out, owned=NAMES | SHEETS | extra.keys()) as draft:
        made = _Made(
            result=result,
            recipient=recipient,
            committee=committee,
            wanted=confidences().of_edition(recipient.edition if recipient else ""),
            places=places,
            points=points or {},
            logos=logos or data_folder() / "logos",
            deck=deck,
            release=release,
            embargo=_embargo_of(result, recipient, moment),
        )
        _write_all(made, draft, say)
        for name, source in extra.items():
            shutil.copyfile(source, draft / name)
        return sorted(out / path.name for path in draft.iterdir())


def _silent(_: str) -> None:
    """No progress to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What the documents of an edition are made of, and which ones its reader is given."""

    result: MissionResult
    recipient: Recipient | None
    committee: Recipient
    wanted: frozenset[str]
    places: Sequence[Place]
    points: Mapping[str, tuple[float, float]]
    logos: Path
    deck: bytes | None
    release: bytes | None
    embargo: Embargo | None
    """That holds the release back from this reader."""


_HELD_FROM = frozenset({Edition.COMMITTEE, Edition.PARTNER, Edition.FIRM})
"""Who reads the release at the end of its embargo; the press is given it before, marked as such."""


def _embargo_of(result: MissionResult, recipient: Recipient | None, moment: datetime | None) -> Embargo | None:
    told = result.census.settings.announcement
    found = embargo_of(told.embargo_until, told.embargo_hour)
    if found is None or moment is None or recipient is None or recipient.edition not in _HELD_FROM:
        return None
    return found if found.holds(moment) else None


def _write_all(made: _Made, folder: Path, say: Progress) -> None:
    """Every document of an edition, but those that this machine cannot write.

    Each is made of the result as its reader is given it: the one that the edition is for, else the one declared. The
    PDF is printed while the others are written.
    """
    if "restitution.html" not in made.wanted:
        _write_beside_the_report(made, folder, say)
        return
    reader = made.recipient or made.committee
    with printer(folder / PDF_NAME) as printing, printer(folder / ANNEX_NAME) as printing_annexes:
        say("Documents : restitution")
        report = collect_report(made.result, recipient=reader, places=made.places, points=made.points)
        printing.begin(paper_page(body_of(report)))
        printing_annexes.begin(paper_page(annexes_of(report)))
        (folder / "restitution.html").write_text(html_page(report), encoding="utf-8")
        write_word(folder / "restitution.docx", body_of(report), notes=False, cover=True)
        say("Documents : présentation au comité")
        slides = collect_deck(made.result, recipient=reader, places=made.places, points=made.points)
        write_deck(folder / DECK_NAME, slides, made.deck)
        _write_beside_the_report(made, folder, say)
        say("Documents : impression du PDF")
        try:
            printing.finish()
            printing_annexes.finish()
        except PdfUnavailableError as error:
            say(str(error))


def _write_beside_the_report(made: _Made, folder: Path, say: Progress) -> None:
    result, recipient = made.result, made.recipient
    say("Documents : communiqué et feuille de route")
    if made.embargo is None:
        _write_release(made, folder)
    else:
        say(f"Communiqué sous embargo {made.embargo.words} : non remis dans cette édition")
    if "feuille-de-route.docx" in made.wanted:
        write_word(folder / "feuille-de-route.docx", collect_roadmap(result), landscape=True)
    if recipient is not None:
        _write_sheets(result, folder, recipient, made.wanted)
    if recipient is None or recipient.edition is Edition.TEAM:
        say("Documents : données et tableur")
        for name, data in (("resultat", result_as_data(result)), ("indicateurs", indicators_as_data(result))):
            (folder / f"{name}.json").write_text(json_text(data), encoding="utf-8")
        (folder / "instantane.json").write_text(json_text(snapshot_as_data(result, _beside(made))), encoding="utf-8")
        write_projects(folder / "projets.xlsx", result)


def _write_release(made: _Made, folder: Path) -> None:
    release = collect_press_release(made.result)
    (folder / "communique.md").write_text(markdown_text(release, notes=False), encoding="utf-8")
    if made.release is None:
        write_word(folder / "communique.docx", release, notes=False, logos=made.logos, compact=True)
    else:
        content = release_on_template(
            made.release,
            release_values(made.result),
            title=release.title,
            place=release.place,
            dated=release.dated,
            notices=release.warnings,
            draft=release.draft,
        )
        (folder / "communique.docx").write_bytes(content)
    write_odt(folder / "communique.odt", release, logos=made.logos)
    write_word(folder / "communique-sources.docx", collect_release_sources(made.result), notes=False)


def _beside(made: _Made) -> Beside:
    return Beside(
        committee=made.committee,
        team=made.recipient is not None,
        places=tuple(made.places),
        template=digest(made.deck),
        release_template=digest(made.release),
        logos=digests_of(made.result.census.settings.announcement.logos, made.logos),
    )


def _write_sheets(result: MissionResult, folder: Path, recipient: Recipient, wanted: frozenset[str]) -> None:
    """The sheets of the projects that the reader of an edition is given."""
    settings = result.census.settings
    sheets = project_sheets(result, recipient)
    document = collect_sheets(
        sheets,
        title=settings.name,
        subtitle=f"Fiches des projets — {EDITIONS[recipient.edition]}",
        place=settings.announcement.place,
        dated=settings.committee_on,
        fictitious=settings.fictitious,
        front=pack_sections(result, recipient),
    )
    for name in sorted(wanted & SHEETS):
        write_sheets(folder / name, sheets, document)
