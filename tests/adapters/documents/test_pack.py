"""What is sent to one organisation in one piece: its list, then a file a project, named once its firm agreed."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path

import docx

from rebond.adapters.documents.plain_words import word_of
from rebond.adapters.documents.sheets import write_sheets
from rebond.restitution.contents import Document, Table
from rebond.restitution.editions import Edition, Recipient
from rebond.restitution.pack import pack_lines, pack_sections
from rebond.restitution.sheets import ProjectSheet, collect_sheets, project_sheets
from rebond.results import MissionResult
from tests.confidential import leaks, said_by

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def test_a_partner_is_sent_its_list_and_a_file_for_each_project(result: MissionResult, tmp_path: Path) -> None:
    sent = Counter(r.organisation for p in result.projects for r in p.referrals)
    organisation, _ = sent.most_common(1)[0]
    mine = [p for p in result.projects if any(r.organisation == organisation for r in p.referrals)]
    agreed = mine[0].firm
    recipient = Recipient(edition=Edition.PARTNER, organisation=organisation, agreed=frozenset({agreed.id}))
    lines = pack_lines(result, recipient)
    assert len(lines) == len(mine)
    assert {line.firm for line in lines} == {agreed.name, "non communiquée"}
    sheets = project_sheets(result, recipient)
    document = collect_sheets(
        sheets,
        title="Mission",
        subtitle="Fiches des projets",
        place="Langres",
        dated=result.on,
        fictitious=True,
        front=pack_sections(result, recipient),
    )
    path = tmp_path / "fiches.zip"
    write_sheets(path, sheets, document)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        first = docx.Document(io.BytesIO(archive.read(names[0])))
    assert names[0].startswith("00-bordereau")
    veiled = [sheet for sheet in sheets if not sheet.named]
    # Those under a code name, of which two lines are told, are on one sheet.
    assert len(veiled) > 1
    assert len([name for name in names if name.endswith(".docx")]) == len(sheets) - len(veiled) + 1 + len(
        pack_sections(result, recipient)
    )
    (together,) = (section for section in document.sections if section.anchor == "noms-de-code")
    (table,) = (block for block in together.blocks if isinstance(block, Table))
    assert len(table.rows) == len(veiled)
    assert names[-1] == "dossier.pdf"
    assert len(first.tables[0].rows) == len(lines) + 1
    assert leaks(said_by(path), result, recipient) == set()
    assert pack_lines(result, Recipient(edition=Edition.COMMITTEE)) == ()


def _pack(result: MissionResult, organisation: str) -> tuple[list[ProjectSheet], Document]:
    """What an organisation is sent when every firm agreed."""
    firms = frozenset(firm.id for firm in result.census.firms)
    recipient = Recipient(edition=Edition.PARTNER, organisation=organisation, agreed=firms)
    sheets = list(project_sheets(result, recipient))
    front = pack_sections(result, recipient)
    return sheets, collect_sheets(
        sheets, title="Mission", subtitle="Fiches", place="", dated=result.on, fictitious=True, front=front
    )


def test_what_is_to_be_gathered_is_a_line_each_and_projects_alike_are_not_listed_again_at_each_paper(
    result: MissionResult,
) -> None:
    """Seven questions in one paragraph, and the same nine titles at each of ten papers: two pages that nobody reads."""
    seen = 0
    for organisation in {r.organisation for p in result.projects for r in p.referrals}:
        _, document = _pack(result, organisation)
        tables = [each for section in document.sections[:1] for each in section.blocks if isinstance(each, Table)]
        for table in tables:
            if table.header == ("Projet", "À réunir"):
                lines = [line for row in table.rows for line in word_of(row[1][0]).split("\n")]
                assert all(line[0].isupper() and " ; " not in line for line in lines)
                seen += len(lines)
            if table.header[0] == "Pièce":
                long = [names for row in table.rows if (names := word_of(row[1][0])).count("\n") > 1]
                assert len(set(long)) == len(long)
    assert seen > 5


def test_the_last_table_of_a_sheet_stays_in_its_columns(result: MissionResult, tmp_path: Path) -> None:
    """LibreOffice leaves out of two columns the table that ends them: it stood under the first one."""
    sheets, document = _pack(result, "region-grand-est")
    assert len(sheets) > 1
    write_sheets(tmp_path / "fiches.docx", sheets, document)
    body = list(docx.Document(str(tmp_path / "fiches.docx")).element.body)
    ends = [
        rank
        for rank, part in enumerate(body)
        if (columns := part.find(f".//{_W}sectPr/{_W}cols")) is not None and columns.get(f"{_W}num") == "2"
    ]
    assert ends
    assert all(body[rank - 1].tag == f"{_W}p" for rank in ends)
