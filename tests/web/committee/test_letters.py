"""Minutes and letters of a frozen sitting: each reader is told what it may read, in the texts of the mission."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product

import docx
from django.test import Client
from django.utils import timezone

from rebond.restitution.letters import letter_models
from rebond.restitution.typography import french_date, typeset
from rebond.units import format_euros
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.committee.letters import letter_of, minutes_bytes
from rebond.web.committee.models import FrozenDecision, LetterText
from rebond.web.disclosure.disclosed import band_of
from rebond.web.disclosure.models import Shared
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.projects.models import Project
from rebond.web.studies.models import PlanLine
from tests.web.addresses import address
from tests.web.committee.sitting import COMMON, SCREEN, decide_as_proposed, frozen, refs, shown, text_in
from tests.web.conftest import signed_in


def test_letters_say_to_a_firm_what_it_may_see_and_nothing_of_the_others(pilot: Client, mission: Mission) -> None:
    out = refs(mission, "retenu")[0]
    every = shown(pilot, f"plus={','.join(refs(mission, 'non_retenu'))}&moins={out}")
    added = next(row.ref for row in every.chosen if row.moved and row.amount)
    secret = "dirigeant malade, repreneur cherché"
    sent = {**COMMON, "autres": "refuse", f"motif_{out}": secret, f"motif_{added}": "emplois plus proches"}
    assert pilot.post(f"{SCREEN}decider/?moins={out}&plus={added}", sent).status_code == 302
    frozen(pilot, mission)
    archive = zipfile.ZipFile(io.BytesIO(pilot.get(f"{SCREEN}seances/1/courriers.zip").content))
    rows = {row.project_ref: row for row in FrozenDecision.objects.of(mission)}
    assert len(archive.namelist()) == len(rows)
    (call,) = set(PlanLine.objects.filter(is_envelope=True).values_list("dispositif", flat=True))
    envelope = typeset(current_catalogue().dispositifs[call].title)
    firms = set(Project.objects.of(mission).values_list("firm__name", flat=True))
    for name in archive.namelist():
        row = next(row for ref, row in rows.items() if name.endswith(f"-{ref}.docx"))
        said = text_in(archive.read(name))
        mine = Project.objects.of(mission).get(ref=row.project_ref).firm.name
        assert not [firm for firm in firms - {mine} if firm in said and firm not in mine]
        assert row.reason not in said
        assert "sur 100" not in said
        assert ("Enveloppe de l’appel" in said) is (row.outcome == "retenu")
        assert envelope not in said
        if row.amount is not None:
            assert typeset(format_euros(row.amount)) in said
        if row.outcome == "refuse":
            assert name.startswith("lettre-orientation")
    one = pilot.get(f"{SCREEN}seances/1/courriers/{out}.docx").content
    assert one == archive.read(f"lettre-orientation-{out}.docx")
    assert Entry.objects.of(mission).filter(kind="courriers", act="export").count() == 2


def test_no_sum_gives_away_the_one_amount_that_the_committee_is_not_told(pilot: Client, mission: Mission) -> None:
    decide_as_proposed(pilot)
    hidden = refs(mission, "retenu")[0]
    Shared.objects.of(mission).filter(organisation__isnull=True, project__ref=hidden).delete()
    amounts = dict(CommitteeDecision.objects.filter(outcome="retenu").values_list("project__ref", "amount"))
    kept, total = amounts[hidden], sum(amount for amount in amounts.values() if amount is not None)
    assert kept
    record = frozen(pilot, mission)
    said, whole, told = record.content, *(typeset(format_euros(each)) for each in (total, total - kept))
    rows = sum(Decimal(row["montant"]) for row in said["lignes"] if row["decision"] == "retenu" and row["montant"])
    sums = [Decimal(0), rows, *(Decimal(said[name]) for name in ("enveloppe", "accorde", "reste"))]
    assert kept not in {one - two - three for one, two, three in product(sums, repeat=3)}
    assert (said["retenus"], said["accorde_ailleurs"]) == (len(amounts) - 1, band_of(kept))
    page = signed_in("copil").get(f"{SCREEN}seances/1/").content.decode()
    for content in (page, text_in(pilot.get(f"{SCREEN}seances/1/releve.docx").content)):
        assert told in content
        assert typeset(band_of(kept)) in content
        assert whole not in content
    # The team reads the decisions themselves, and their sum.
    assert whole in pilot.get(f"{SCREEN}seances/1/").content.decode()


def test_the_committee_reads_the_minutes_by_code_until_a_project_is_put_before_it(
    pilot: Client, mission: Mission
) -> None:
    decide_as_proposed(pilot)
    first, second = Project.objects.of(mission).filter(ref__in=refs(mission, "retenu")[:2])
    Shared.objects.of(mission).filter(organisation__isnull=True).exclude(project=first).delete()
    (granted,) = CommitteeDecision.objects.filter(project=second).values_list("amount", flat=True)
    assert granted is not None
    frozen(pilot, mission)
    copil = signed_in("copil")
    for content in (
        text_in(copil.get(f"{SCREEN}seances/1/releve.docx").content),
        copil.get(f"{SCREEN}seances/1/").content.decode(),
    ):
        assert second.firm.name not in content
        assert typeset(format_euros(granted)) not in content
        assert typeset(band_of(granted)) in content
        assert "Projet " in content
    assert {row.ref for row in shown(copil).rows} <= {first.ref}
    for path in (SCREEN, address("portfolio:session")):
        assert "et eux seuls" in copil.get(path).content.decode()
        assert "et eux seuls" not in pilot.get(path).content.decode()
        assert "S’y ajoutent" in copil.get(path).content.decode()
    for path in ("courriers.zip", f"courriers/{first.ref}.docx"):
        assert copil.get(f"{SCREEN}seances/1/{path}").status_code == 403
    for path in ("decider/", "regles/", "seance/", "suite/", "geler/"):
        assert copil.post(f"{SCREEN}{path}", COMMON).status_code == 403


def test_a_mission_changes_a_text_whose_fields_are_known_and_takes_the_model_back(
    pilot: Client, mission: Mission
) -> None:
    path = f"{SCREEN}modeles/lettre_retenu/"
    wrong = pilot.post(path, {"texte": "Bonjour {dirigeant}", "geste": "enregistrer"})
    assert wrong.status_code == 422
    assert "dirigeant" in wrong.content.decode()
    seen = pilot.post(path, {"texte": "Soit {montant}.", "geste": "apercu"}).content.decode()
    assert "Soit 240\u202f000\u00a0€." in seen
    assert "entreprises, projets et montants fictifs" in seen
    assert not LetterText.objects.exists()
    assert pilot.post(path, {"texte": "Soit {montant} pour {projet}.", "geste": "enregistrer"}).status_code == 302
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    row = FrozenDecision.objects.of(mission).filter(outcome="retenu").first()
    assert row is not None
    said = text_in(pilot.get(f"{SCREEN}seances/1/courriers/{row.project_ref}.docx").content)
    assert "Soit " in said
    assert "Madame, Monsieur" not in said
    assert signed_in("consultant").post(path, {"texte": "x", "geste": "enregistrer"}).status_code == 403
    assert pilot.post(path, {"texte": "", "geste": "modele"}).status_code == 302
    assert not LetterText.objects.exists()
    assert Entry.objects.of(mission).filter(kind="modele").count() == 2


def test_what_no_file_holds_is_refused_and_never_keeps_a_frozen_sitting_from_being_told(
    pilot: Client, mission: Mission
) -> None:
    for path, sent, name in (
        ("seance/", {"tenue_le": "06/10/2026", "presents": "M.\x0b Untel"}, "presents"),
        ("decider/", {**COMMON, "par": "comité\x01 local"}, "par"),
        ("decider/", {**COMMON, "motif": "conforme\ufffe"}, "motif"),
    ):
        refused = pilot.post(f"{SCREEN}{path}", sent)
        assert (refused.status_code, list(refused.context["errors"])) == (422, [name])
    ref = refs(mission, "retenu")[0]
    Project.objects.of(mission).filter(ref=ref).update(title="- <w:p/> {montant} & four\x01 neuf")
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    for path in ("releve.docx", f"courriers/{ref}.docx"):
        assert "- <w:p/> {montant} & four  neuf" in text_in(pilot.get(f"{SCREEN}seances/1/{path}").content)


def test_every_model_of_the_data_uses_known_fields_alone() -> None:
    assert set(letter_models()) == {
        "proces_verbal",
        "convocation",
        "dossier",
        "lettre_retenu",
        "lettre_reserve",
        "lettre_orientation",
        "lettre_report",
        "lettre_organisme",
    }


def test_a_sitting_frozen_before_its_day_says_so_and_is_not_dated_of_a_day_to_come(
    pilot: Client, mission: Mission
) -> None:
    """Minutes and letters bore the planned day without a word: a committee that nobody had seen sit yet."""
    decide_as_proposed(pilot)
    record = frozen(pilot, mission)
    row = FrozenDecision.objects.of(mission).filter(outcome="retenu").first()
    assert row is not None
    planned = date.fromisoformat(record.content["tenue_le"])
    early = "(date prévue, décisions enregistrées le"
    for at, is_early in ((planned - timedelta(days=5), True), (planned, False), (planned + timedelta(days=2), False)):
        record.at = timezone.make_aware(datetime.combine(at, time(17)))
        for content in (minutes_bytes(mission, record), letter_of(mission, record, row)):
            said = text_in(content).replace("\u00a0", " ")
            assert (early in said) is is_early
        dated = docx.Document(io.BytesIO(letter_of(mission, record, row))).paragraphs[0].text
        assert dated.endswith(f"le {french_date(min(at, planned))}")


def test_the_quorum_is_not_said_to_be_one_twice(pilot: Client, mission: Mission) -> None:
    decide_as_proposed(pilot)
    said = text_in(minutes_bytes(mission, frozen(pilot, mission)))
    assert "Quorum\u00a0: aucun" in said
    assert "Quorum\u00a0: quorum" not in said
