"""Facts, studies and decisions apart: what each table holds, and how the site reads it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

import rebond.web
from rebond.web.studies.models import FirmFinding, ProjectFinding, Study
from rebond.web.studies.models.study import StudyData

WEB = Path(rebond.web.__file__).parent
DECLARED = {
    "missions.Mission": "slug name territory territory_article epcis committee_on fictitious repairs issued_at "
    "programme quote quoted second_quote second_quoted press_contact embargo_until embargo_hour logos",
    "missions.Membership": "user mission role organisation firm",
    "missions.ZoneAssumption": "mission zone value source communes",
    "missions.Confirmation": "mission kind subject marks by on",
    "missions.Descent": "mission act origin became on by reason",
    "firms.Firm": "mission ref name former_names siren legal_form code_naf trade created_on own_funds in_difficulty "
    "up_to_date aid_declared single_undertaking declared asked",
    "firms.Establishment": "firm siret insee_code",
    "firms.Accounts": "firm link year staff turnover balance_sheet",
    "firms.FirmLink": "firm name kind siren share public_body",
    "firms.AidObtained": "firm project ref funder label regime granted_on amount amount_state amount_most recovered "
    "nature",
    "interviews.Interview": "mission firm ref held_on interviewer minutes callback_on callback_by callback_why",
    "interviews.MinutesReply": "interview kind text about at by by_name outcome answer settled_at settled_by",
    "interviews.Need": "interview axis text",
    "projects.Project": "mission firm ref title description insee_code kind objectives declared asked own_financing "
    "jobs_created jobs_kept starts_on ends_on works_started first_order_on first_order_document applied_on "
    "borrowing_capacity imposed_maturity imposed_reason",
    "projects.CostLine": "project ref nature label year amount",
    "projects.Evidence": "project criterion level proof",
    "projects.FunderRequest": "project funder letter_on applied_on",
    "projects.AssessorScore": "project criterion score reason",
    "projects.PartnerEntry": "mission ref partner firm_name siren siret commune project_title amount amount_is dated "
    "source",
    "linkage.LinkDecision": "mission entry_ref firm_ref project_ref answer by on reason",
    "portfolio.Envelope": "mission operator title dispositif funds_part max_rate max_per_project min_spend min_aid "
    "grant_share max_months after_cutoff call",
    "portfolio.Contribution": "envelope contributor amount epcis regions sizes activities min_per_project "
    "max_per_project max_share",
    "portfolio.CallStep": "envelope stage on outcome amount by reason",
    "portfolio.DecisionStep": "decision stage on outcome amount by reason",
    "portfolio.CriterionWeight": "mission criterion weight",
    "portfolio.CallCriterion": "mission code label weight computed anchors call",
    "portfolio.Mark": "project ref criterion assessor number score reason on",
    "portfolio.Recusal": "firm ref assessor number aside reason by on",
    "referrals.SentReferral": "project ref organisation dispositifs asked why expected sent_on answer_by sent_by words",
    "referrals.ReferralStep": "referral ref number state on dispositif asked granted paid jobs by reason answer_by",
    "advice.Accompaniment": "mission project ref adviser contact opened_on review_on outcome closed_on reason",
    "advice.PromisedEvidence": "accompaniment criterion level by before",
    "advice.AdviceMeeting": "accompaniment ref number on who agreed next organisation by",
    "advice.BroughtEvidence": "accompaniment criterion level words attachment file_name organisation at by by_name "
    "settled_at settled_by confirmed reason",
    "referrals.Message": "referral audience text at by by_name",
    "referrals.DeskAddress": "mission organisation email at by_name",
    "portfolio.CommitteeDecision": "call project outcome amount decided_on reason by",
    "committee.Sitting": "mission number held_on chair present aside follows why rules rules_reason frozen_at kind "
    "starts_at place link quorum notice_days convened_on cancelled_at cancelled_why",
    "committee.Member": "mission username name organisation email voting until",
    "committee.Tally": "mission sitting_key project_ref in_favour against abstained",
    "committee.Attendance": "sitting who name organisation voting state by",
    "committee.AgendaPoint": "sitting kind title minutes who said dropped",
    "committee.LetterText": "mission kind text",
    "stationery.TemplateFile": "mission kind name content size digest at by_name",
    "portfolio.WeightStatement": "mission who said at by_name on",
    "worker.Choices": "mission reading",
    "roadmap.RoadmapAction": "mission ref proposal axis title why owner owner_person partners budget paid_by starts_on "
    "ends_on status status_reason priority indicator unit baseline target target_on needs projects adopted_on "
    "adopted_by",
    "roadmap.ActionProgress": "action number on value words by",
    "files.Attachment": "mission owner ref proves note name stored mime size digest at by by_name",
    "answering.AnswerLink": "referral sent_to nonce sent_at expires_at answered_at answered_by revoked_at",
    "disclosure.Shared": "project organisation at by",
    "disclosure.Consent": "firm organisation text signed_by given_on recorded_by channel amounts contact request "
    "ended_by",
    "disclosure.ConsentRequest": "firm text sent_to nonce asked_at asked_by expires_at closed_at answer answered_at "
    "answered_by channel reason",
}
"""What people declare or decide, table by table: a column that is not here is no fact."""
KEEPING = {
    "id",
    "position",
    "revision",
    "withdrawn_at",
    "facts_state",
    "facts_at",
    "facts_by",
    "archived_at",
    "letters_held",
    "joined_at",
    "left_at",
    "ended_at",
}
"""How the rows are kept: their order, their life, who changed them."""
NAMED = {"commune_code", "commune", "epci_code", "epci", "search", "who"}
"""What follows from the facts and the gazetteer alone (``missions.derived``), so that a list can sort and search."""
DECISIONS_WITH_THEIR_STUDY = {
    "financing.FrozenPlan",
    "publishing.Edition",
    "committee.FrozenSitting",
    "committee.FrozenDecision",
    "committee.SessionDocument",
}
"""A plan that someone froze, an edition that someone published keep a copy of what made them: that is the decision."""
OF_THE_SITE = {
    "accounts.User",
    "accounts.AddressChange",
    "accounts.SignInFailure",
    "organisations.Affiliation",
    "support.SupportSession",
    "organisations.Invitation",
    "organisations.Organisation",
    "desk.Visit",
    "desk.SavedView",
    "editing.Draft",
    "editing.Sent",
    "api.Token",
    "reminders.CalendarAddress",
    "reminders.Digest",
    "reminders.Preference",
    "reminders.Told",
}
TOLD = {
    "advice.Ripening",
    "committee.ConvocationSent",
    "journal.Entry",
    "readings.Reading",
    "exchange.Export",
    "exchange.ImportDraft",
    "exchange.ReceivedList",
}
"""What was done and noticed, and the workbooks that went out and came back: copies of facts, never read as facts."""
BACKGROUND = {"worker.Work"}
"""Which process works on what."""


def models() -> Iterator[type[Model]]:
    """The site's own models."""
    return (model for model in apps.get_models() if model.__module__.startswith("rebond.web."))


def sources(pattern: str) -> Iterator[Path]:
    """Files of the site, migrations left out."""
    return (path for path in sorted(WEB.rglob(pattern)) if "migrations" not in path.parts)


def test_a_table_of_facts_holds_nothing_that_is_computed() -> None:
    seen = set()
    for model in models():
        label = model._meta.label
        if model._meta.app_label == "studies" or label in DECISIONS_WITH_THEIR_STUDY | OF_THE_SITE | TOLD | BACKGROUND:
            continue
        columns = {field.name for field in model._meta.concrete_fields}
        declared = set(DECLARED[label].split())
        assert declared <= columns, label
        assert columns - declared <= KEEPING | NAMED, label
        seen.add(label)
    assert seen == set(DECLARED)


def test_everything_computed_belongs_to_a_study() -> None:
    found = {model for model in models() if model._meta.app_label == "studies"}
    assert len(found) > 8
    for model in found:
        assert issubclass(model, StudyData) or model._meta.label in {"studies.Study", "studies.Record"}, model
    for model in models():
        if model not in found:
            assert not any(field.related_model is Study for field in model._meta.concrete_fields), model


def test_no_page_asks_a_row_of_facts_for_what_a_study_found() -> None:
    for name, finding in (("project", ProjectFinding), ("firm", FirmFinding)):
        computed = {field.name for field in finding._meta.concrete_fields} - {"id", "study", "study_id", name}
        computed |= {"plan", "decision", "verdicts", "zones", "referrals", "known_links", "maturity_criteria"}
        asked = re.compile(rf"\b{name}\.({'|'.join(sorted(computed))})\b")
        for path in (*sources("*.html"), *pages()):
            assert not asked.findall(path.read_text(encoding="utf-8")), path


FILTERS = {"filter", "exclude", "get", "get_object_or_404", "get_list_or_404", "Q"}
READERS = {"all", "filter", "exclude", "get", "first", "last", "order_by", "values", "values_list", "count", "exists"}
HELPERS = {"missions/querysets.py"}
"""Where ``visible_to``, ``of`` and ``found_by`` are written."""
MISSION = {"mission", "mission_id"}


def by_mission(tree: ast.AST) -> Iterator[int]:
    """Lines that pick rows by their mission with their own hands, by its number or through its own relations too.

    ``mission_id=OuterRef("pk")`` picks none: it ties a subquery to the mission of each row. ``mission_id__in=``, of
    many missions at once, is for what belongs to none of them.
    """
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        by_name = called in FILTERS and any(_names_a_mission(word) for word in node.keywords)
        if by_name or (called in READERS and isinstance(node.func, ast.Attribute) and _of_a_mission(node.func.value)):
            yield node.lineno


def _names_a_mission(word: ast.keyword) -> bool:
    path = (word.arg or "").split("__")
    tied = isinstance(word.value, ast.Call) and getattr(word.value.func, "id", "") == "OuterRef"
    return bool(MISSION & {*path}) and not tied and path != ["mission_id", "in"]


def _of_a_mission(rows: ast.expr) -> bool:
    """Whether these are the rows that a mission holds: ``mission.firms``, ``self.mission.projects``."""
    if not isinstance(rows, ast.Attribute) or rows.attr not in RELATIONS:
        return False
    return (rows.value.attr if isinstance(rows.value, ast.Attribute) else getattr(rows.value, "id", "")) == "mission"


RELATIONS = {relation.get_accessor_name() for relation in apps.get_model("missions", "Mission")._meta.related_objects}


def pages() -> Iterator[Path]:
    """Files that answer a person: those that read an ``HttpRequest``, forms and filters."""
    for path in sources("*.py"):
        told = path.name in {"forms.py", "filters.py"} or path.name.endswith("views.py")
        if told or "HttpRequest" in path.read_text(encoding="utf-8"):
            yield path


def test_no_one_picks_the_rows_of_a_mission_by_hand() -> None:
    for path in sources("*.py"):
        if path.relative_to(WEB).as_posix() not in HELPERS:
            assert not list(by_mission(ast.parse(path.read_text(encoding="utf-8")))), path


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("Firm.objects.filter(mission=mission)", [1]),
        ("Need.objects.exclude(interview__mission__slug='a')", [1]),
        ("Firm.objects.filter(Q(mission_id=3))", [1]),
        ("mission.firms.filter(ref='E001')", [1]),
        ("self.mission.projects.count()", [1]),
        ("Study.objects.filter(mission_id=OuterRef('pk'))", []),
        ("Firm.objects.of(mission).filter(ref='E001')", []),
    ],
)
def test_a_filter_by_mission_is_seen(source: str, lines: list[int]) -> None:
    assert list(by_mission(ast.parse(source))) == lines


NOT_BY_PERSON = {
    ("answering/views.py", "Membership"): "who opens a link may be someone who works on the mission",
    ("disclosure/consent_views.py", "Consent"): "a firm that holds a link has no account: the link says which rows",
    (
        "disclosure/consent_views.py",
        "Membership",
    ): "who opens a link may be someone who works on the mission",
    ("disclosure/firm_views.py", "Firm"): "a firm's space: the firms that the person speaks for (firms_in)",
    ("disclosure/firm_views.py", "Interview"): "of such a firm, named by the filter",
    ("disclosure/firm_views.py", "Consent"): "of such a firm, named by the filter",
    ("disclosure/firm_views.py", "ConsentRequest"): "of such a firm, named by the filter",
    ("disclosure/views.py", "Firm"): "a firm's space: the firms that the person speaks for (firms_in)",
    ("disclosure/views.py", "Indicator"): "the matrix of docs/confidentialite.md says which part sees every figure",
    ("disclosure/forms.py", "Membership"): "whom a firm may agree for: the firm reads their names, and sees no part",
    ("disclosure/telling.py", "Consent"): "whom a letter goes to, not what who asks may read",
    ("disclosure/telling.py", "Shared"): "whom a letter goes to, not what who asks may read",
    ("disclosure/telling.py", "Membership"): "whom a letter goes to, not what who asks may read",
    (
        "files/views.py",
        "SentReferral",
    ): "of which project a file that was given is told to be: its reader was asked of the file",
    ("readings/views.py", "Firm"): "a firm's space: the firms that the person speaks for (firms_in)",
}
"""Where a page reads rows of a mission otherwise than by who asks, and why."""
PICKING = {"of", "found_by", "in_missions"}


def unasked(tree: ast.AST) -> Iterator[str]:
    """The models whose rows are picked by mission or study without ``visible_to`` nor ``may_change``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PICKING:
            rows: ast.expr = node.func.value
            while isinstance(rows, ast.Call | ast.Attribute):
                if isinstance(rows, ast.Attribute):
                    if rows.attr in {"visible_to", "may_change"}:
                        break
                    if rows.attr in {"objects", "ever"}:
                        yield ast.unparse(rows.value)
                        break
                rows = rows.func if isinstance(rows, ast.Call) else rows.value


def test_every_page_reads_the_rows_that_who_asks_may_read() -> None:
    found = {
        (path.relative_to(WEB).as_posix(), model)
        for path in pages()
        for model in unasked(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set(NOT_BY_PERSON)


@pytest.mark.parametrize(
    ("source", "models"),
    [
        ("Firm.objects.of(mission).filter(ref='E001')", ["Firm"]),
        ("Referral.ever.filter(pk=1).found_by(study)", ["Referral"]),
        ("Firm.objects.visible_to(user).of(mission)", []),
        ("Shared.objects.select_related('by').may_change(user).of(mission)", []),
        ("Settled.of(columns)", []),
    ],
)
def test_rows_picked_without_asking_who_reads_are_seen(source: str, models: list[str]) -> None:
    assert list(unasked(ast.parse(source))) == models
