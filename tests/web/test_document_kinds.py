"""The list of a mission's documents: by whom it may be given to, what a reader opens first coming first."""

from __future__ import annotations

from rebond.web.restitution.kinds import described
from rebond.web.studies.models import Document


def test_documents_come_by_reader_each_once_in_the_order_people_look_for_them() -> None:
    names = (
        "resultat.json",
        "communique-sources.docx",
        "communique.md",
        "communique.docx",
        "restitution.html",
        "autre.pdf",
        "restitution.pdf",
        "presentation.pptx",
        "projets.xlsx",
    )
    groups = described(Document(path=name, name=name) for name in names)
    assert [(group.title, [row.title for row in group.documents]) for group in groups] == [
        ("Pour le comité", ["Présentation au comité", "Rapport de restitution"]),
        ("Pour tout le monde", ["Communiqué de presse", "Sources du communiqué"]),
        ("Pour l’équipe seule", ["Tableau des projets", "Résultat complet de la mission", "Autre"]),
    ]
    formats = [[file.type for file in row.files] for group in groups for row in group.documents[:2]]
    assert formats[:3] == [["PowerPoint"], ["PDF", "Page HTML"], ["Word", "Markdown"]]


def test_a_document_that_nothing_says_a_reader_of_is_the_team_s() -> None:
    (group,) = described([Document(path="fiches.zip", name="fiches.zip"), Document(path="x.json", name="x.json")])
    assert group.title == "Pour l’équipe seule"
