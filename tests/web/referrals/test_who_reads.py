"""Who reads what of a referral: states, messages, files, and names once a firm takes its consent back."""

import json
import re
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.facts import ReferralState
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.disclosure.acts import share
from rebond.web.disclosure.disclosed import code_of
from rebond.web.disclosure.models import Consent
from rebond.web.disclosure.ways_out import ways_out
from rebond.web.exchange.removal import write_archive
from rebond.web.files.models import Attachment
from rebond.web.firms.models import Firm
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.adopting import adopt
from rebond.web.projects.models import Project
from rebond.web.readings.models import Reading, What
from rebond.web.referrals import models
from rebond.web.studies.models import Referral
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in
from tests.web.referrals.sent import BOARD, DESK, INBOX, S, agrees, one, sent, text_of, to_state


@pytest.mark.parametrize("state", ReferralState)
def test_each_state_is_read_by_those_it_is_for_and_nothing_more(
    state: ReferralState, mission: Mission, row: Referral
) -> None:
    """DESIGN §8: the team all, the organisation its own, the firm and the committee the state only, nobody else."""
    project = row.project
    ref = sent(mission, project)
    to_state(mission, ref, state)
    share(mission, project, None, by=None)
    firm_user, other = User.objects.get(username="entreprise"), User.objects.create_user(username="ademe")
    Membership.ever.filter(user=firm_user).update(firm=project.firm)
    Membership.objects.create(user=other, mission=mission, role=Role.PARTNER, organisation=adopt("ademe"))
    whole = {"pilote", "consultant", "bpifrance"}
    for role in ("pilote", "consultant", "bpifrance", "ademe", "copil", "entreprise", "observateur"):
        user = User.objects.get(username=role)
        rows, steps = models.SentReferral.objects, models.ReferralStep.objects
        assert rows.visible_to(user).exists() is (role in whole), role
        assert steps.visible_to(user).exists() is (role in whole and state is not S.SENT), role
        assert rows.may_answer(user).exists() is (role in whole), role
        assert rows.may_change(user).exists() is (role == "pilote"), role
        if state not in {S.SENT, S.REFUSED} and role not in {"bpifrance", "copil", "entreprise"}:
            continue  # Which pages open does not hang on the state: they are walked in two.
        client = signed_in(role)
        assert client.get(one(ref)).status_code == (200 if role in whole else 404 if role == "ademe" else 403), role
        seen = text_of(client, one(ref)) + text_of(client, INBOX) + text_of(client, BOARD)
        sheet = text_of(client, reverse("disclosure:sheet", args=[MISSION, code_of(project)]))
        assert (state.label in seen) is (role in whole), role
        assert (state.label in sheet) is (role in {"copil", "entreprise"}), role
        for word in ("MOT-A-ELLE", "MOTIF-SECRET", "123 456"):
            assert word not in sheet, (role, word)
            assert role in whole or word not in seen, (role, word)
        if role == "bpifrance":
            assert code_of(project).upper() in seen
            assert "123" not in re.sub(r"data-[^>]*", "", seen.split("<main", 1)[-1]).replace("de 100 000 €", ""), seen
            for hidden in (project.title, project.firm.name, project.ref):
                assert hidden not in seen, hidden
    agrees(mission, project)
    named = text_of(signed_in("bpifrance"), one(ref))
    assert project.firm.name.replace("'", "’") in named.replace("&#x27;", "’").replace("'", "’")


def test_each_message_and_file_is_read_by_its_audience_alone(
    pilot: Client, mission: Mission, row: Referral, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    ref = sent(mission, row.project)
    bank = signed_in("bpifrance")
    other = User.objects.create_user(username="ademe")
    Membership.objects.create(user=other, mission=mission, role=Role.PARTNER, organisation=adopt("ademe"))
    for client, audience in product((pilot, bank), ("partagee", "mission", "organisation")):
        told = "equipe" if client is pilot else "banque"
        answer = client.post(one(ref), {"geste": "message", "texte": f"{told}-{audience}", "audience": audience})
        allowed = audience != ("organisation" if client is pilot else "mission")
        assert answer.status_code == (302 if allowed else 422), (told, audience)
    assert bank.post(one(ref), {"geste": "message", "texte": " ", "audience": ""}).status_code == 422
    read = {role: text_of(signed_in(role), one(ref)) for role in ("pilote", "consultant", "bpifrance")}
    for word, readers in {
        "equipe-partagee": {"pilote", "consultant", "bpifrance"},
        "banque-partagee": {"pilote", "consultant", "bpifrance"},
        "equipe-mission": {"pilote", "consultant"},
        "banque-organisation": {"bpifrance"},
    }.items():
        assert {role for role, page in read.items() if word in page} == readers, word
    assert not models.Message.objects.visible_to(other).exists()
    with pytest.raises(DatabaseError, match="message ne se modifie pas"), transaction.atomic():
        models.Message.objects.update(text="autre")
    file = SimpleUploadedFile("bilan.pdf", b"%PDF-1.7\n%%EOF\n")
    proof = bank.get(one(ref)).context["proofs"][0][0]
    assert bank.post(one(ref), {"geste": "piece", "fichier": file, "prouve": proof}).status_code == 302
    held = Attachment.objects.get(owner="envoi", ref=ref)
    place = reverse("referrals:file", args=[MISSION, ref, held.pk])
    assert [signed_in(role).get(place).status_code for role in ("pilote", "bpifrance", "ademe")] == [200, 200, 404]
    assert signed_in("bpifrance").get(reverse("files:download", args=[MISSION, held.pk])).status_code == 403
    assert "bilan.pdf" in text_of(pilot, address("files:list"))
    # Taken from the list of files it is read as from its own page: under the project of the referral.
    taken = Reading.objects.filter(part="Pièce d’une orientation", what=What.TAKEN, by__username="consultant")
    for path in (place, reverse("files:download", args=[MISSION, held.pk])):
        signed_in("consultant").get(path)
        assert [(each.kind, each.ref) for each in taken] == [("projet", row.project.ref)], path
        taken._raw_delete(taken.db)
    # The archive is the mission's: it keeps the thread as the mission reads it, and whom letters go to.
    models.DeskAddress.objects.create(mission=mission, organisation="bpifrance", email=DESK, by_name="x")
    write_archive(mission, tmp_path / "archive.zip")
    with zipfile.ZipFile(tmp_path / "archive.zip") as archive:
        kept = archive.read("orientations.jsonl").decode()
    kept_rows = [json.loads(line) for line in kept.splitlines()]
    assert [(each["audience"], each["text"]) for each in kept_rows if each["table"] == "message"] == [
        ("partagee", "equipe-partagee"),
        ("mission", "equipe-mission"),
        ("partagee", "banque-partagee"),
        ("organisation", None),
    ]
    assert DESK in kept


def test_what_was_written_in_clear_is_veiled_once_the_firm_takes_its_consent_back(
    pilot: Client,
    mission: Mission,
    row: Referral,
    settings: Any,
    tmp_path: Any,
    mailoutbox: list[Any],
    leaving: Callable[[], AbstractContextManager[Any]],
) -> None:
    """Words, reasons, messages, names of files, letters; and the team is told before it writes a name again."""
    settings.DATA_DIR = tmp_path
    project = row.project
    Project.objects.filter(pk=project.pk).update(title="Four à induction")
    Firm.objects.filter(pk=project.firm_id).update(name="Forges Delacroix-Vannier")
    agrees(mission, project)
    ref = sent(mission, project, words="Voir forges DELACROIX Vannier, pour son four à induction.")
    bank, proof = signed_in("bpifrance"), pilot.get(one(ref)).context["proofs"][0][0]

    def writes() -> list[int]:
        file = SimpleUploadedFile("forges_delacroix_vannier.pdf", b"%PDF-1.7\n%%EOF\n")
        said = "les Forges Delacroix-Vannier nous écrivent"
        posts: list[dict[str, Any]] = [
            {"geste": "etape", "etat": "precisions", "motif": said},
            {"geste": "message", "texte": said, "audience": "partagee"},
            {"geste": "message", "texte": said, "audience": "mission"},
            {"geste": "piece", "fichier": file, "prouve": proof},
        ]
        return [pilot.post(one(ref), each).status_code for each in posts]

    assert writes() == [302] * 4
    held = Attachment.objects.get(owner="envoi", ref=ref)
    place = reverse("referrals:file", args=[MISSION, ref, held.pk])
    assert "Delacroix" in text_of(bank, one(ref))
    assert "delacroix" in bank.get(place)["Content-Disposition"]
    assert Consent.objects.of(mission).filter(firm=project.firm).update(ended_at=timezone.now()) == 1
    read = text_of(bank, one(ref))
    before = f"{timezone.localdate() + timedelta(days=9):%d/%m/%Y}"
    letter = {"ligne": ref, "avant": before, "motif": "et alors ?", "adresses-bpifrance": DESK}
    many = f"{reverse('referrals:many', args=[MISSION])}?geste=relancer"
    with leaving():
        assert pilot.post(many, letter).status_code == 302
    assert mailoutbox
    for told in (read, bank.get(place)["Content-Disposition"], mailoutbox[0].body):
        assert "delacroix" not in told.casefold()
        assert "induction" not in told.casefold()
    assert code_of(project).upper() in read
    assert "Delacroix" in text_of(pilot, one(ref))
    assert writes() == [422, 422, 302, 422]
    assert pilot.post(many, {**letter, "motif": "Forges Delacroix-Vannier"}).status_code == 422
    assert models.Message.objects.filter(audience="partagee").count() == 1


def test_the_committee_is_not_told_that_a_firm_was_sent_to_who_helps_in_difficulty(mission: Mission) -> None:
    """Even when no study says any more that the firm is in trouble."""
    helper = min(code for code in current_catalogue().organisations if code.startswith("codefi"))
    found = Referral.objects.found_by(mission.current_study).filter(kind="difficulte")
    project = Project.objects.of(mission).exclude(pk__in=found.values("project")).first()
    assert project is not None
    sent(mission, project, helper)
    told = {every: ways_out(mission, [project.pk], every=every).get(project.pk, []) for every in (True, False)}
    assert (organisation_name(helper), "Envoyée") in told[True]
    assert organisation_name(helper) not in dict(told[False])
