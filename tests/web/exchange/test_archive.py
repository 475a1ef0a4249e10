"""A whole mission in one file that another instance loads: all of it, or nothing, with every fault said."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.errors import DataError
from rebond.facts import Accompaniment as Followed
from rebond.facts import SentReferral
from rebond.history import Kind
from rebond.publication.edition import prepare
from rebond.publication.rules import shipped_rules
from rebond.records import FACTS
from rebond.web.accounts.models import User
from rebond.web.advice.models import Accompaniment, BroughtEvidence
from rebond.web.committee.convening import convene
from rebond.web.committee.freezing import is_intact
from rebond.web.committee.models import (
    ConvocationSent,
    FrozenDecision,
    FrozenSitting,
    LetterText,
    SessionDocument,
    Sitting,
    Tally,
)
from rebond.web.committee.planning import plan
from rebond.web.disclosure.models import Consent
from rebond.web.editing.gestures import save
from rebond.web.exchange import loading, placing
from rebond.web.exchange.archive_file import MANIFEST, opened
from rebond.web.exchange.archive_rows import TABLES
from rebond.web.exchange.removal import delete_mission, write_archive
from rebond.web.files.storing import attach
from rebond.web.financing.models import FrozenPlan
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.data import MissionData
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import HELD, Membership, Mission, Role
from rebond.web.projects.models import Project
from rebond.web.publishing import acts
from rebond.web.publishing.models import Edition
from rebond.web.referrals import models as referrals
from rebond.web.referrals.letters import send_letters
from rebond.web.referrals.reading import lines_for_organisations
from rebond.web.reminders.people import parts_of
from rebond.web.stationery.keeping import contents, put
from rebond.web.stationery.kinds import kinds
from tests.web.committee.sitting import decide_as_proposed, frozen
from tests.web.conftest import signed_in

SHELL = Author(user=None)


@pytest.fixture
def lived(pilot: Client, settings: Any, tmp_path: Path) -> Path:
    """The archive of the sample mission, once it has lived: a frozen sitting, a thread, consents, figures, files."""
    settings.DATA_DIR = str(tmp_path)
    mission = Mission.objects.get()
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    project = Project.objects.of(mission).order_by("pk")[0]
    referral = SentReferral(id="O900", project_id=project.ref, organisation="ademe", dispositifs=("a",))
    save(mission, {(Kind.REFERRAL, "O900"): referral}, by=SHELL)
    row = referrals.SentReferral.objects.get(ref="O900")
    for audience, text in (("partagee", "À déposer"), ("organisation", "Entre nous")):
        referrals.Message.objects.create(referral=row, audience=audience, text=text, by_name="A. Martin")
    referrals.DeskAddress.objects.create(mission=mission, organisation="ademe", email="a@ademe.example", by_name="x")
    FrozenPlan.objects.create(
        mission=mission, project_ref=project.ref, project_title="Four", firm_name="Forge", label="avant comité",
        frozen_by_name="x", examined_on="2026-10-05", facts={"a": 1}, facts_digest="f" * 64, problem={}, plan={"b": 2},
        record={}, support="1500.50", benefit="3.10", gap="0", catalogue_version="c", engine_version="e",
    )  # fmt: skip
    LetterText.objects.create(mission=mission, kind="lettre_reserve", text="Monsieur,")
    template = kinds()["lettre_report"].default("Monsieur,")
    assert put(mission, "lettre_report", template, name="à nous.docx", by=User.objects.get(username="pilote")) == []
    save(
        mission, {(Kind.ACCOMPANIMENT, "C900"): Followed(id="C900", project_id=project.ref, adviser="ademe")}, by=SHELL
    )
    held_by = Accompaniment.objects.get(ref="C900")
    BroughtEvidence.objects.create(
        accompaniment=held_by, criterion="definition", level=2, words="Plan", organisation="ademe", by_name="A. Martin"
    )
    Consent.objects.create(firm=project.firm, text="oui", signed_by="M. Dupont", given_on="2026-10-02")
    content = b"%PDF-1.7\n%%EOF\n"
    SessionDocument.objects.create(
        mission=mission, mission_slug=mission.slug, sitting_key=Sitting.objects.of(mission)[0].pk, name="releve.pdf",
        title="Relevé", at="2026-10-06T09:00:00+02:00", by_name="x", content=content, size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    kept, sat = SessionDocument.objects.get(), Sitting.objects.of(mission)[0].pk
    Tally.objects.create(mission=mission, sitting_key=sat, project_ref=project.ref, in_favour=5, against=1, abstained=0)
    ConvocationSent.objects.create(
        mission=mission, sitting_key=sat, email="m@x.example", name="M", version="v", document_key=kept.pk, by_name="x"
    )
    file = attach(
        mission, content, name="bilan.pdf", owner="projet", ref=project.ref, proves="autre", note="", by=SHELL
    )
    BroughtEvidence.objects.update(attachment=file, file_name=file.name)
    ready = acts.prepared(mission)
    assert ready is not None
    acts.publish(mission, ready.digest, by=mission.memberships.get(role="pilote").user)
    write_archive(mission, tmp_path / "archive.zip")
    return tmp_path / "archive.zip"


def load(path: Path, slug: str = "copie") -> loading.Loaded:
    with opened(path) as archive:
        return loading.load(archive, path, by=SHELL, slug=slug)


def held(path: Path) -> dict[str, Any]:
    """What an archive says, without the keys of an instance, its journal and its digests of files."""

    def plain(row: dict[str, Any]) -> dict[str, Any]:
        keys = {"id", "pk", "mission_id", "mission_slug", "project_number", "sitting_id", "sitting_key", "frozen_by_id"}
        keys |= {"by_id", "journal_digest", "revision", "fichier", "jointe_le", "document_key"}
        told = {key: value for key, value in row.items() if key not in keys}
        return told | ({"text": placing.NOT_TAKEN} if row.get("audience") == "organisation" else {})

    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".jsonl")]
        files = {name: archive.read(name).decode().splitlines() for name in names}
        told: dict[str, Any] = {name: [plain(json.loads(line)) for line in lines] for name, lines in files.items()}
        told["census"] = json.loads(archive.read("recensement.json"))["recensement"]
    return told


@pytest.mark.django_db
def test_a_mission_goes_to_another_instance_whole(lived: Path, tmp_path: Path) -> None:
    rows = {model: model._base_manager.count() for model in apps.get_models() if issubclass(model, MissionData)}
    found = load(lived)
    brought = BroughtEvidence.objects.get(accompaniment__mission=found.mission)
    assert brought.attachment is not None, "a piece that an adviser brought keeps its file"
    assert (brought.attachment.mission, brought.attachment.name) == (found.mission, "bilan.pdf")
    write_archive(found.mission, tmp_path / "copie.zip")
    before, after = held(lived), held(tmp_path / "copie.zip")
    for name in ("participants.jsonl", "etudes.jsonl"):
        assert before.pop(name), name
        assert after.pop(name) == []
    journal, copied = before.pop("journal.jsonl"), after.pop("journal.jsonl")
    kept = ("position", "at", "by_name", "act", "gesture", "ref", "label", "path", "before", "after", "reason")
    assert [[row[key] for key in kept] for row in copied[: len(journal)]] == [[r[key] for key in kept] for r in journal]
    assert all(before.values())
    # The firm agreed over there, and would take it back there: here nobody reads by it.
    (stood,), (ended,) = (
        [row for row in told["tables.jsonl"] if row["table"] == "consent"] for told in (before, after)
    )
    assert (stood["ended_at"], ended.pop("ended_by"), found.consents) == (None, placing.CONSENT_ENDED, 1)
    assert ended.pop("ended_at") > stood.pop("given_on") == ended.pop("given_on")
    assert (stood.pop("ended_at"), stood.pop("ended_by")) == (None, "")
    assert not Consent.objects.of(found.mission).exists()
    assert after == before
    assert contents(found.mission) == contents(Mission.objects.exclude(pk=found.mission.pk).get())
    assert check_chain(found.mission).broken_at == 0
    assert is_intact(FrozenSitting.objects.of(found.mission).get())
    assert FrozenDecision.objects.of(found.mission).count() == FrozenDecision.objects.count() / 2
    told = Entry.objects.of(found.mission).get(label="Mission reprise d’une archive")
    origin: Any = told.after
    assert (told.position, origin["etudes"][-1]["facts_digest"] != "") == (len(journal) + 1, True)
    assert not found.left
    assert "pilote (pilote)" in found.people
    # What was published over there still guards what will be published here.
    edition = Edition.objects.of(found.mission).get()
    figures, _ = prepare(edition.made_from, [(edition.figures, edition.made_from)], shipped_rules())
    assert figures.figures == edition.figures.figures
    # Deleted, it leaves its journal and what its sittings froze; nothing of a table that this session added.
    delete_mission(found.mission, tmp_path / "partie.zip", by=SHELL)
    more = {model.__name__ for model, count in rows.items() if model._base_manager.count() != count}
    assert more <= {"Entry", "FrozenSitting", "FrozenDecision", "SessionDocument"}


def rewritten(path: Path, name: str, change: Callable[[bytes], bytes | None], *, told: bool) -> Path:
    """An archive with one member changed; ``told``: its manifest says what it holds now."""
    target = path.with_name("touchee.zip")
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as made:
        manifest = json.loads(archive.read(MANIFEST))
        for each in archive.namelist():
            if each != MANIFEST:
                body = change(archive.read(each)) if each == name else archive.read(each)
                if body is None:
                    continue
                made.writestr(each, body)
                if told:
                    manifest["fichiers"][each] = {"octets": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        made.writestr(MANIFEST, json.dumps(manifest))
    return target


def in_json(change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    def changed(body: bytes) -> bytes:
        data = json.loads(body)
        change(data)
        return json.dumps(data).encode()

    return changed


def first_line(**values: Any) -> Callable[[bytes], bytes]:
    def changed(body: bytes) -> bytes:
        one, _, rest = body.partition(b"\n")
        return json.dumps(json.loads(one) | values).encode() + b"\n" + rest

    return changed


@pytest.mark.django_db
def test_an_archive_that_is_damaged_foreign_or_hostile_changes_nothing(lived: Path, tmp_path: Path) -> None:
    missions, entries = Mission.objects.count(), Entry.objects.count()
    cases: list[tuple[str, Callable[[bytes], bytes | None], bool, str]] = [
        ("journal.jsonl", lambda body: body[:-40], False, "ce n'est plus le fichier qui fut archivé"),
        ("tables.jsonl", lambda _: None, False, "absent"),
        ("journal.jsonl", lambda body: body.split(b"\n", 1)[1], True, "le journal a été modifié"),
        ("journal.jsonl", first_line(by_name="Quelqu'un d'autre"), True, "le journal a été modifié"),
        ("journal.jsonl", lambda _: b"[1]\n{", True, "illisible"),
        ("recensement.json", lambda _: b"[" * 100_000, True, "illisible"),
        ("recensement.json", in_json(lambda d: d.update(recensement={"~": "Firm", "v": {}})), True, "recensement"),
        ("recensement.json", in_json(lambda d: d["recensement"]["v"]["firms"].pop()), True, "il ne dit pas ce que dit"),
        ("recensement.json", in_json(lambda d: d["recensement"]["v"]["firms"][0]["v"].update(name=7)), True, ""),
        ("plans-figes.jsonl", lambda _: b'{"label": 1}\n', True, "valeur refusée"),
        ("seances-gelees.jsonl", first_line(journal_position=10**9), True, "ligne que rien ne permet de placer"),
        ("orientations.jsonl", first_line(referral__ref="O1' OR 1=1"), True, "ligne que rien ne permet de placer"),
        ("tables.jsonl", first_line(kind="k" * 300), True, "valeur refusée"),
        ("tables.jsonl", first_line(text="Bonjour {mot_de_passe}"), True, "le champ « mot_de_passe » n'existe pas ici"),
        ("tables.jsonl", first_line(kind="inconnu"), True, "ce modèle de courrier n'existe pas ici"),
        ("tables.jsonl", first_line(table="user"), True, "table inconnue"),
        ("modeles/lettre_report", lambda body: body[:-9], True, "ligne que rien ne permet de placer"),
        ("etudes.jsonl", lambda _: b'{"reading": NaN}', True, "illisible"),
    ]
    for name, change, told, words in cases:
        with pytest.raises(DataError) as refused:
            load(rewritten(lived, name, change, told=told))
        said = " ".join(map(str, refused.value.faults))
        assert words in said, (name, said)
        assert (Mission.objects.count(), Entry.objects.count()) == (missions, entries), name
    (tmp_path / "autre.zip").write_bytes(b"PK\x03\x04rien")
    with zipfile.ZipFile(tmp_path / "vide.zip", "w") as empty:
        empty.writestr("photo.jpg", b"x")
    for name in ("autre.zip", "vide.zip"):
        with pytest.raises(DataError, match="archive"):
            load(tmp_path / name)
    with pytest.raises(DataError, match="déjà cet identifiant"):
        load(lived, slug=Mission.objects.get().slug)
    assert FACTS.write(census_of(Mission.objects.get())) == held(lived)["census"]


@pytest.mark.django_db
def test_a_mission_that_came_from_an_archive_writes_to_nobody_before_its_pilot_says_so(
    lived: Path, django_capture_on_commit_callbacks: Any
) -> None:
    people = {name: User.objects.get(username=name) for name in ("pilote", "consultant")}
    with opened(lived) as archive:
        mission = loading.load(archive, lived, by=SHELL, slug="copie", pilot=people["pilote"]).mission
    Membership.objects.create(user=people["consultant"], mission=mission, role=Role.CONSULTANT)
    site, sent = signed_in("pilote"), referrals.SentReferral.objects.of(mission)
    lines = lines_for_organisations(mission, sent, ["ademe"], timezone.localdate())
    sitting = plan(mission, {"tenue_le": "05/12/2099"}, by=people["pilote"])

    def letters() -> int:
        return send_letters(mission, lines, by=SHELL, absolute=str)

    home, writing = reverse("exchange:home", args=["copie"]), reverse("exchange:letters", args=["copie"])
    assert "Courriels retenus" in signed_in("consultant").get(home).content.decode()
    assert (letters(), mission in parts_of(people["pilote"])) == (0, False)
    assert isinstance(sitting, Sitting)
    with django_capture_on_commit_callbacks(execute=True):
        assert convene(sitting, {"revision": str(sitting.revision)}, by=people["pilote"]) == {"convoquer": HELD}
    assert signed_in("consultant").post(writing).status_code == 403
    assert site.post(writing).status_code == 302
    mission.refresh_from_db()
    assert (letters(), mission in parts_of(people["pilote"])) == (1, True)
    assert "Courriels retenus" not in site.get(home).content.decode()
    assert Entry.objects.of(mission).filter(label="Courriels activés").count() == 1


IN_THE_CENSUS = (
    "Accompaniment Accounts Action ActionProgress AdviceMeeting AidObtained AssessorScore CallCriterion CallStep "
    "CommitteeDecision Contribution CostLine CriterionWeight DecisionStep Descent Envelope Establishment Evidence Firm "
    "FirmLink FunderRequest Interview LinkDecision Mark Need PartnerEntry Project PromisedEvidence Recusal "
    "ReferralStep SentReferral WeightStatement ZoneAssumption"
)
COMPUTED = (
    "Document DocumentSet Figure FirmFinding Indicator KnownLink OpenQuestion PlanLine ProjectFinding "
    "ActionFollowed RoadmapAction PublicationBasis Referral Ripening Study Visit Work Choices"
)
"""Made again here, of the facts and the law."""
OF_THE_INSTANCE = (
    "Confirmation Draft Export ImportDraft Invitation Membership Reading ReceivedList SavedView Sent Told "
)
"""Of its people: accounts, what each saw, was told or has under way."""


def test_every_table_of_a_mission_goes_in_its_archive_or_has_a_reason_to_stay() -> None:
    asked = {each.name for each in TABLES} | {*placing.SESSION_TABLES, *placing.THREAD_TABLES}
    asked |= {"entry", "attachment", "frozenplan", "frozensitting", "frozendecision"}
    told = f"{IN_THE_CENSUS} {COMPUTED} {OF_THE_INSTANCE}".lower().split()
    every = {str(model._meta.model_name) for model in apps.get_models() if issubclass(model, MissionData)}
    assert sorted({*told, *asked} ^ every) == []
    assert not asked & set(told)
