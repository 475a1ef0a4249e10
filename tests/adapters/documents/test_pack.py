"""What is sent to one organisation in one piece: its list, then a file a project, named once its firm agreed."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path

import docx

from rebond.adapters.documents.sheets import write_sheets
from rebond.restitution.editions import Edition, Recipient
from rebond.restitution.pack import pack_lines, pack_sections
from rebond.restitution.sheets import collect_sheets, project_sheets
from rebond.results import MissionResult
from tests.confidential import leaks, said_by


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
    assert len([name for name in names if name.endswith(".docx")]) == len(sheets) + len(
        pack_sections(result, recipient)
    )
    assert names[-1] == "dossier.pdf"
    assert len(first.tables[0].rows) == len(lines) + 1
    assert leaks(said_by(path), result, recipient) == set()
    assert pack_lines(result, Recipient(edition=Edition.COMMITTEE)) == ()
