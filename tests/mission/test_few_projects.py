"""What the documents and the terminal say of a mission with nought, one, two or seventy-seven projects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rebond.adapters.documents.html import html_page
from rebond.adapters.documents.markdown import markdown_text
from rebond.adapters.documents.word import write_word
from rebond.adapters.documents.writer_text import write_odt
from rebond.cli._summary import print_summary
from rebond.facts import UNKNOWN, Announcement, Census, Envelope, Project
from rebond.indicators.definitions import compute_indicators
from rebond.restitution.contents import Document, Notice, Period, Quote, Section, Table, body_of, texts
from rebond.restitution.deck import collect_deck
from rebond.restitution.editions import Edition, Recipient, edition_of
from rebond.restitution.press_release import collect_press_release
from rebond.restitution.report import collect_report
from rebond.restitution.roadmap_document import collect_roadmap
from rebond.restitution.typography import french_date, french_period
from rebond.results import MissionResult
from tests.mission.conftest import Bench
from tests.printed import printed

_NOUNS = (
    "projets|industriels|entreprises|emplois|partenaires|entretiens|actions|besoins|questions|dispositifs|créations"
)
_WRONG = (
    rf"(?<![\d,.] )(?<![\d,.])\b[01] ({_NOUNS}|rapprochements)\b",
    r"\b[Ll]es (1|un|une) ",
    r"\baucun des (1|un) ",
    r"\b(100 %|la totalité) d'entre eux",
    r"\b[Uu]ne? \w+( d'investissement)? (sont|ont|représentent|restent|répondent)\b",
    r"\b([Aa]ucune?|0) \w+ (sont|ont|représentent|restent)\b",
    r"enveloppe de 0 €",
    r"\bpas (\w+ )?d'aucun",
    r"\b(None|UNKNOWN|Unknown|undefined|nan)\b",
    r"\bde (au|aucun|un|une|environ) ",
    r"\(\)|\(\s|\s\)| ,| \.|\.\.",
    r"Aucune donnée",
    r"\b[Nn]on renseigné \([^)]*\) (n'est|est|sont|ont)\b",
    r"connus à ce jour : non renseigné",
    r"\bUn \w+ : \w+s\b",
    r"\b(appel à|pour|de|à) 1 (dispositif|projet|entreprise|action)\b",
    r"« rebond ",
    r"\b0 à \d",
    r"Cambrésis, le \d",
)


_SENTENCE = 4
"""Pieces: a cell that quotes a firm or a scheme has fewer."""


class _Words(HTMLParser):
    """The words of a page without its drawings, and its tables without rows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self._skipped = 0
        self.feed(re.sub(r"<(style|code)\b.*?</\1>", "", page, flags=re.DOTALL))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _few(census: Census, number: int) -> Census:
    """The first projects, their firms and interviews, and nothing else."""
    projects = census.projects[:number]
    firms = {project.firm_id for project in projects} or {census.firms[0].id}
    return replace(
        census,
        firms=tuple(firm for firm in census.firms if firm.id in firms),
        interviews=tuple(each for each in census.interviews if each.firm_id in firms),
        projects=projects,
        aids=tuple(aid for aid in census.aids if aid.firm_id in firms and not aid.project_id),
        confirmations=(),
    )


def _unknown(census: Census, number: int) -> Census:
    """Projects of which nothing is known but their name, no list of a partner, no envelope."""
    few = _few(census, number)
    bare = tuple(Project(id=p.id, firm_id=p.firm_id, title=p.title) for p in few.projects)
    settings = replace(
        few.settings, envelope=Envelope(contributions=()), territory="Cambrésis", territory_article=UNKNOWN
    )
    return replace(few, settings=settings, projects=bare, partner_entries=(), aids=())


_LONG = "Entreprise-au-nom-interminable-de-fabrication-et-de-transformation " * 2 + "et-de-services"


def _many(sample: MissionResult, number: int) -> MissionResult:
    """As many projects as asked, with names that no page was made for; without the solver, which says nothing more."""
    found = []
    for rank in range(number):
        p = sample.projects[rank % len(sample.projects)]
        project = replace(p.project, id=f"{p.project.id}-{rank}", title=f"{_LONG} {rank}")
        firm = replace(p.firm, id=f"{p.firm.id}-{rank}", name=f"{_LONG} {rank}")
        known = replace(p.known, subject_id=project.id)
        found.append(replace(p, project=replace(project, firm_id=firm.id), firm=firm, known=known))
    settings = replace(sample.census.settings, territory=_LONG, name=_LONG)
    census = replace(
        sample.census,
        settings=settings,
        projects=tuple(p.project for p in found),
        firms=(*sample.census.firms, *(p.firm for p in found)),
    )
    linkage = replace(
        sample.linkage,
        projects=tuple(p.known for p in found),
        firms=(*sample.linkage.firms, *(replace(sample.linkage.firms[0], subject_id=p.firm.id) for p in found)),
    )
    many = replace(sample, census=census, projects=tuple(found), linkage=linkage, robustness=None, readings=())
    return replace(many, indicators=compute_indicators(many))


_SHAPES: dict[str, Callable[[Census], Census]] = {
    "0": lambda census: _few(census, 0),
    "1": lambda census: _few(census, 1),
    "2": lambda census: _few(census, 2),
    "77": lambda census: census,
    "0 unknown": lambda census: _unknown(census, 0),
    "1 unknown": lambda census: _unknown(census, 1),
    "2 unknown": lambda census: _unknown(census, 2),
    "300": lambda census: census,
    "no interview": lambda census: replace(_few(census, 1), interviews=()),
    "1 without envelope": lambda census: replace(
        _few(census, 1), settings=replace(census.settings, envelope=Envelope(contributions=()))
    ),
}


@pytest.fixture(scope="module", params=_SHAPES, ids=lambda name: name.replace(" ", "-"))
def mission(request: pytest.FixtureRequest, bench: Bench, sample: MissionResult) -> MissionResult:
    """The sample cut down."""
    if request.param == "77":
        return sample
    if request.param == "300":
        return _many(sample, 300)
    return bench.play(_SHAPES[request.param](bench.census))


def _plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text).replace("’", "'")


def _faults(words: str) -> list[tuple[str, str]]:
    return [(wrong, line) for line in words.split("\n") for wrong in _WRONG if re.search(wrong, line)]


def _said(piece: object) -> str:
    if isinstance(piece, Period):
        return french_period(piece.start, piece.end)
    return french_date(piece) if isinstance(piece, date) else str(getattr(piece, "text", piece))


def _tables(document: Document) -> list[Table]:
    def inside(sections: Iterable[Section]) -> list[Table]:
        found: list[Table] = []
        for section in sections:
            found += [block for block in section.blocks if isinstance(block, Table)]
            found += [block.table for block in section.blocks if hasattr(block, "table")]
            found += inside(section.sections)
        return found

    return inside(document.sections)


def test_the_deck_is_right_french_and_has_no_slide_without_a_project_to_tell(mission: MissionResult) -> None:
    deck = collect_deck(mission)
    told = [
        (*slide.title, "\n", *(piece for item in slide.bullets for piece in (*item, "\n"))) for slide in deck.slides
    ]
    assert not [fault for text in told for fault in _faults(_plain("".join(map(_said, text))))]
    assert ("recensement" in {slide.key for slide in deck.slides}) == bool(mission.projects)


@pytest.mark.parametrize("collect", [collect_report, collect_press_release, collect_roadmap])
def test_a_document_is_right_french_for_any_number_of_projects(
    mission: MissionResult, collect: Callable[[MissionResult], Document]
) -> None:
    document = collect(mission)
    assert all(table.rows for table in _tables(document))
    assert all(section.blocks or section.sections for section in document.sections)
    ours = (text for text in texts(document) if not (isinstance(text[-1], Quote) and len(text) < _SENTENCE))
    assert not [fault for text in ours for fault in _faults(_plain("".join(map(_said, text))))]


def test_the_page_of_the_report_has_no_empty_table_list_or_chart(mission: MissionResult) -> None:
    page = html_page(collect_report(mission))
    assert not re.search(r"<(tbody|ul|ol|p|h2)(?: [^>]*)?>\s*</\1>", page)
    words = _plain("".join(_Words(page).words))
    assert not re.search(r"\b(None|UNKNOWN|undefined)\b|Aucune donnée|enveloppe de 0 €", words)


def test_the_release_names_the_territory_with_its_article(mission: MissionResult) -> None:
    title = _plain(markdown_text(collect_press_release(mission))).split("\n")[0]
    assert title.endswith(
        ("industriels de Chaumont-Langres", "industriels du territoire Cambrésis", f"industriels d'{_LONG}")
    )


def test_the_terminal_is_right_french_for_any_number_of_projects(
    mission: MissionResult, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    print_summary(mission, tmp_path)
    shown = _plain(capsys.readouterr().out)
    assert not re.search(r"\b(None|UNKNOWN)\b", shown)
    assert "retenu" not in shown
    for line in shown.split("\n"):
        assert not re.search(rf"(?<![\d,.] )(?<![\d,.])\b[01] ({_NOUNS})\b", line), line
    assert not re.search(r"┡[━╇]*┩\n└", shown)


def test_one_project_is_told_without_what_only_many_need(bench: Bench) -> None:
    """« Chaque projet », a bar that stands alone, a sum of one row, a first among equals."""
    told = collect_report(bench.play(_few(bench.census, 1)))
    said = _plain(" ".join("".join(map(_said, text)) for text in texts(told)))
    assert "Le projet recensé était déjà connu" in said
    assert not re.search(r"Chaque projet|ne s'additionnent pas|Ensemble|premier sujet", said)
    drawings = [block for section in told.sections for block in section.blocks if hasattr(block, "chart")]
    assert drawings
    assert not any(len(drawing.chart.rows) == 1 for drawing in drawings)


def test_a_mission_without_a_project_still_asks_for_its_roadmap(bench: Bench) -> None:
    told = collect_report(bench.play(_few(bench.census, 0)))
    asked = next(block for block in told.sections[0].blocks if isinstance(block, Notice))
    assert _plain("".join(map(_said, asked.items[0]))).startswith("Adopter, ou écarter, trois actions de la feuille")


def test_a_document_without_a_town_is_dated_and_its_draft_release_says_what_lacks(bench: Bench) -> None:
    """A territory is no town: « Cambrésis, le 5 octobre » was printed."""
    result = bench.play(_few(bench.census, 1))
    settings = replace(result.census.settings, announcement=Announcement())
    bare = replace(result, census=replace(result.census, settings=settings))
    assert "".join(map(_said, collect_report(bare).dateline)) == f"Le {french_date(settings.committee_on)}"
    assert "*\\[lieu à compléter\\], le 5" in _plain(markdown_text(collect_press_release(bare)))


def test_days_that_are_over_are_not_told_as_next(bench: Bench) -> None:
    """The day after a text ends, three months after the committee: no decision was recorded."""
    told = collect_report(bench.play(_few(bench.census, 1), on=date(2027, 1, 1)))
    said = _plain(" ".join("".join(map(_said, text)) for text in texts(told)))
    assert "Le comité de pilotage devait se réunir le 5 octobre 2026" in said
    (calendar,) = (table for table in _tables(told) if table.header[0] == "Date")
    rows = [(row[0][0], _plain("".join(map(_said, row[1])))) for row in calendar.rows]
    assert all(("(passée)" in what) == (day < date(2027, 1, 1)) for day, what in rows if isinstance(day, date))
    assert all(isinstance(day, date) for day, _ in rows)
    assert not any("Comité" in what for _, what in rows)


def test_nothing_of_the_sample_is_said_retained(sample: MissionResult) -> None:
    """No committee has decided: the words « retenu », « retenus » are not ours to write."""
    for collect in (collect_report, collect_press_release, collect_roadmap):
        document = collect(sample)
        assert document.draft
        mine = ["".join(piece for piece in text if isinstance(piece, str)) for text in texts(document)]
        assert not [said for said in mine if re.search(r"\bretenue?s?\b", said)]
    assert not sample.decided


def test_jobs_that_firms_did_not_give_make_a_minimum(sample: MissionResult) -> None:
    jobs = next(i for i in sample.indicators if i.code == "emplois_crees")
    assert _plain(jobs.told) == "au moins 135 emplois (12 projets n'ont pas répondu)"
    for collect in (collect_report, collect_press_release):
        said = _plain("".join(_Words(html_page(collect(sample))).words))
        assert "au moins 135 emplois" in said
        assert not re.search(r"(?<!au moins )\b135\b", re.sub(r"emplois_\w+", "", said))


def test_jobs_that_nobody_gave_are_not_nought(bench: Bench) -> None:
    result = bench.play(_unknown(bench.census, 2))
    jobs = next(i for i in result.indicators if i.code == "emplois_crees")
    assert _plain(jobs.told) == "non renseigné (2 projets n'ont pas répondu)"
    assert jobs.value == Decimal(0)


def test_a_commune_whose_project_has_no_cost_is_told_whole_or_not_at_all(bench: Bench) -> None:
    """Its investment has no row that is not named: it was told beside a number of projects that was not."""
    nogent = [each for each in bench.census.projects if each.commune == "52353"]
    kept = (nogent[0], replace(nogent[1], costs=()))
    result = bench.play(replace(bench.census, projects=kept))
    committee = Recipient(edition=Edition.COMMITTEE, presented=frozenset({kept[0].id}))
    told = edition_of(result, committee).indicators
    assert len({each.code.startswith("projets_") for each in told if each.family == "commune"}) in {0, 2}
    assert collect_report(result, recipient=committee).sections


def test_the_set_is_written_for_any_number_of_projects(mission: MissionResult, tmp_path: Path) -> None:
    report = collect_report(mission)
    write_word(tmp_path / "restitution.docx", body_of(report), notes=False, cover=True)
    release = collect_press_release(mission)
    write_word(tmp_path / "communique.docx", release, notes=False, compact=True)
    write_odt(tmp_path / "communique.odt", release)
    write_word(tmp_path / "feuille-de-route.docx", collect_roadmap(mission), landscape=True)
    for path in tmp_path.iterdir():
        words = _plain(printed(path))
        assert not re.search(r"\b(None|UNKNOWN|nan)\b", words), path.name
        # Without a decision nobody reads « retenu », and each page says that it is a draft.
        assert "retenus par le comité" not in words
