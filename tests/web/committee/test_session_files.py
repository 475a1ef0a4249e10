"""The files of a sitting: frozen as they were, and the convocation that takes them to each member."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.web.accounts.models import User
from rebond.web.committee.models import SessionDocument
from rebond.web.disclosure.models import Shared
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from tests.web.committee.planned import LIST, MEMBERS, SINCE, do, page_of, planned
from tests.web.committee.sitting import refs, text_in
from tests.web.conftest import signed_in


def test_files_frozen_for_a_sitting_never_change_and_the_committee_reads_them_alone(
    pilot: Client, mission: Mission
) -> None:
    sitting = planned(pilot, mission, lieu="Andelot")
    draft = reverse("committee:convocation", args=[mission.slug, sitting.pk, "dossier"])
    assert "Andelot" in text_in(pilot.get(draft).content)
    hidden = Project.objects.get(ref=refs(mission, "retenu")[0])
    Shared.objects.of(mission).filter(organisation__isnull=True, project=hidden).delete()
    do(pilot, sitting, "document", document="dossier")
    do(pilot, sitting, "document", 422, document="dossier")
    do(pilot, sitting, "document", document="convocation")
    do(pilot, sitting, "convoquee", convoquee_le="01/11/2026")
    held = SessionDocument.objects.get(name__startswith="dossier")
    do(pilot, sitting, "plan", tenue_le=f"{sitting.held_on:%d/%m/%Y}", lieu="Joinville")
    copil = signed_in("copil")
    content = copil.get(reverse("committee:document", args=[mission.slug, held.pk])).content
    assert hashlib.sha256(content).hexdigest() == held.digest
    assert "Andelot" in text_in(content)
    assert "Joinville" not in text_in(content)
    assert hidden.title not in text_in(content)
    assert hidden.firm.name not in text_in(content)
    assert held.digest in str(list(Entry.objects.of(mission).filter(kind="seance").values_list("after", flat=True)))
    for statement in ("UPDATE committee_sessiondocument SET name = 'x'", "DELETE FROM committee_sessiondocument"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert copil.get(draft).status_code == 403
    do(copil, sitting, "ordre", 403)
    assert page_of(copil, sitting).status_code == 200
    for role in ("bpifrance", "entreprise", "observateur"):
        other = signed_in(role)
        paths = (LIST, MEMBERS, SINCE, draft, reverse("committee:document", args=[mission.slug, held.pk]))
        assert {other.get(path).status_code for path in paths} == {403}, role
        assert page_of(other, sitting).status_code == 403
    assert sitting.convened_on is not None


def test_the_convocation_leaves_once_for_each_member_and_version_with_its_frozen_agenda(
    pilot: Client,
    mission: Mission,
    mailoutbox: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr("rebond.web.committee.posting.do_later", lambda task: task())
    User.objects.filter(username="copil").update(email="copil@prefecture.test")
    for name, email in (("Mme Legrand", "Legrand@agglo.test"), ("M. Muet", "")):
        assert pilot.post(MEMBERS, {"nom": name, "courriel": email, "voix": "1"}).status_code == 302
    sitting = planned(pilot, mission, lieu="Salle du conseil", heure="10 h")
    shown = page_of(pilot, sitting).context["convening"]
    assert (shown.next, shown.mute) == (2, ["M. Muet"])
    assert not mailoutbox, "a preview sends nothing"

    def convene(version: str, status: int = 302) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            do(pilot, sitting, "convoquer", status, version=version)

    convene("autre", 422)
    convene(shown.version)
    assert sorted(each.to for each in mailoutbox) == [["copil@prefecture.test"], ["legrand@agglo.test"]]
    (name, content, _) = mailoutbox[0].attachments[0]
    frozen_file = SessionDocument.objects.of(mission).get()
    assert (name, hashlib.sha256(content).hexdigest()) == (frozen_file.name, frozen_file.digest)
    assert "Salle du conseil" in mailoutbox[0].body
    assert mailoutbox[0].subject.startswith("convocation, comité de pilotage")
    assert "10 h" in mailoutbox[0].body.replace("\xa0", " ").replace("\u202f", " ")
    assert "Objet" not in mailoutbox[0].body, "it is the subject"
    assert sitting.convened_on == timezone.localdate()
    again = page_of(pilot, sitting).context["convening"]
    assert (again.version, again.next) == (shown.version, 0), "what was sent is the same version"
    convene(again.version, 422)
    assert pilot.post(MEMBERS, {"nom": "M. Neuf", "courriel": "neuf@region.test", "voix": "1"}).status_code == 302
    late = page_of(pilot, sitting).context["convening"]
    convene(late.version)
    assert {"neuf@region.test"} <= {to for each in mailoutbox[2:] for to in each.to}
    day = timezone.localdate() + timedelta(days=20)
    do(pilot, sitting, "plan", tenue_le=f"{day:%d/%m/%Y}", delai="5")
    moved = page_of(pilot, sitting).context["convening"]
    assert moved.version != late.version
    mailoutbox.clear()
    convene(moved.version)
    assert len(mailoutbox) == 3, "another day is another version: everybody is told"
    assert (
        signed_in("copil")
        .post(reverse("committee:sitting", args=[mission.slug, sitting.pk]), {"geste": "convoquer"})
        .status_code
        == 403
    )
