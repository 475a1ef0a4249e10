"""The list of a mission's documents: what a reader opens first comes first."""

from __future__ import annotations

from rebond.web.restitution.kinds import described
from rebond.web.studies.models import Document


def test_documents_come_as_people_look_for_them_and_not_by_the_name_of_their_file() -> None:
    names = (
        "resultat.json",
        "communique-sources.docx",
        "communique.docx",
        "restitution.html",
        "autre.pdf",
        "restitution.pdf",
    )
    (group,) = described(Document(path=name, name=name) for name in names)
    assert [row.document.name for row in group.documents] == [
        "restitution.pdf",
        "restitution.html",
        "communique.docx",
        "communique-sources.docx",
        "resultat.json",
        "autre.pdf",
    ]
