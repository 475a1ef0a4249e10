"""What the pages of a mission say, against its result."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from rebond.eligibility.truth import Truth
from rebond.portfolio.call import CallStatus
from rebond.results import MissionResult
from rebond.units import format_euros
from rebond.web.financing.kept import Kept
from rebond.web.projects.models import Project
from rebond.web.studies.models import PlanLine, ProjectFinding
from tests.web.addresses import MISSION, address
from tests.web.test_pages import text_of

PROJECTS = f"/missions/{MISSION}/projets/"


def found(client: Client, query: str) -> int:
    """How many projects a list says that it holds."""
    text = text_of(client.get(PROJECTS + query).content.decode())
    match = re.search(r"(\d+) projets?(?! d)", text)
    assert match, text[:500]
    return int(match[1])


def test_every_key_figure_is_an_indicator_and_opens_on_its_rows(pilot: Client, sample_result: MissionResult) -> None:
    html = pilot.get(address("missions:overview")).content.decode()
    codes = re.findall(rf"/missions/{MISSION}/indicateurs/([a-z0-9_]+)/", html)
    assert {"projets_recenses", "part_projets_inconnus", "investissement_eur", "projets_sans_suite"} <= set(codes)
    indicators = {indicator.code: indicator for indicator in sample_result.indicators}
    for code in codes:
        rows = pilot.get(f"/missions/{MISSION}/indicateurs/{code}/").content.decode()
        assert indicators[code].text in text_of(rows).replace("’", "'")


def test_the_rows_of_an_indicator_lead_to_projects(pilot: Client, sample_result: MissionResult) -> None:
    html = pilot.get(address("restitution:indicator")).content.decode()
    unknown = [p.project.id for p in sample_result.projects if p.known.known is Truth.NO]
    assert f"{PROJECTS}{unknown[0]}/" in html
    assert f"{len(unknown)} lignes" in text_of(html)


def test_the_filter_of_unknown_projects_agrees_with_the_published_figure(
    pilot: Client, sample_result: MissionResult
) -> None:
    assert found(pilot, "?connu=non") == sample_result.linkage.project_counts.unknown
    assert found(pilot, "?connu=inconnu") == sample_result.linkage.project_counts.uncertain


def test_search_ignores_accents_case_and_order(pilot: Client) -> None:
    assert found(pilot, "?q=fraisage") == found(pilot, "?q=FRAISAGE")
    wanted = Project.objects.filter(search__contains="securite", title__contains="écurité").count()
    assert wanted
    assert found(pilot, "?q=s%C3%A9curit%C3%A9") == found(pilot, "?q=SECURITE") >= wanted
    assert found(pilot, "?q=vis+presse") == found(pilot, "?q=presse+vis") > 0


def test_filters_add_up(pilot: Client) -> None:
    total = found(pilot, "")
    every = {status.value: found(pilot, f"?appel={status.value}") for status in CallStatus}
    assert sum(every.values()) == total == 77
    assert found(pilot, "?appel=retenu&connu=non") <= min(every["retenu"], found(pilot, "?connu=non"))


def test_every_option_keeps_as_many_projects_as_it_says(pilot: Client) -> None:
    html = pilot.get(PROJECTS).content.decode()
    for select in re.findall(r'(?s)<select[^>]*name="([a-z]+)">(.*?)</select>', html):
        for value, count in re.findall(r'<option value="([^"]+)">[^<]*\((\d+)\)</option>', select[1]):
            assert found(pilot, f"?{select[0]}={value}") == int(count), (select[0], value)


def test_an_unknown_option_keeps_nothing(pilot: Client) -> None:
    assert found(pilot, "?type=nimporte") == 0


def test_sorting_puts_unknown_values_last(pilot: Client) -> None:
    for order in ("emplois", "-emplois"):
        pages = [pilot.get(f"{PROJECTS}?tri={order}&page={number}").context["page"] for number in (1, 2, 3, 4)]
        jobs = [project.jobs_created for page in pages for project in page]
        known = [value for value in jobs if value is not None]
        assert known == sorted(known, reverse=order.startswith("-"))
        assert all(value is None for value in jobs[len(known) :])
        assert None in jobs


def test_pages_keep_the_filters(pilot: Client) -> None:
    html = pilot.get(f"{PROJECTS}?connu=oui&tri=-cout").content.decode()
    assert "?connu=oui&amp;tri=-cout&amp;page=2" in html


def test_the_sheet_adds_up(pilot: Client, sample_result: MissionResult, monkeypatch: pytest.MonkeyPatch) -> None:
    # What each unknown may change of a plan is other tests' and most of the time of twenty plans: it is left out here,
    # and of nothing that the process keeps.
    monkeypatch.setattr("rebond.financing.explaining.dossier.unknown_effects", lambda *_, **__: ())
    monkeypatch.setattr("rebond.web.financing.study._dossiers", Kept(1))
    for result in sample_result.projects[:20]:
        table = pilot.get(f"{PROJECTS}{result.project.id}/depenses/").context["table"]
        assert table.total == sum(table.totals) == result.project.total_cost
        context = pilot.get(f"{PROJECTS}{result.project.id}/plan/").context
        if result.project.total_cost:
            assert sum(row.amount for row in context["resources"]) == result.project.total_cost
        assert sum(row.amount for row in context["payers"]) == result.plan.support


def test_aid_never_passes_the_ceiling_shown(db: None) -> None:
    costs = [cost for row in ProjectFinding.objects.select_related("record") for cost in row.found.costs.values()]
    capped = [(cost.aid, cost.ceiling) for cost in costs if cost.ceiling is not None]
    assert capped
    assert all(aid <= ceiling + Decimal("0.01") for aid, ceiling in capped)


def test_verdicts_are_grouped_and_counted(pilot: Client, sample_result: MissionResult) -> None:
    result = sample_result.projects[0]
    context = pilot.get(f"{PROJECTS}{result.project.id}/dispositifs/").context
    for group, truth in (("eligible", Truth.YES), ("to_check", Truth.UNKNOWN), ("refused", Truth.NO)):
        expected = {verdict.dispositif for verdict in result.verdicts if verdict.truth is truth}
        assert {row.dispositif for row in context[group]} == expected


def test_a_refusal_says_what_would_change_it(pilot: Client, sample_result: MissionResult) -> None:
    result, verdict = next(
        (project, verdict) for project in sample_result.projects for verdict in project.verdicts if verdict.changes
    )
    page = pilot.get(f"{PROJECTS}{result.project.id}/dispositifs/{verdict.dispositif}/")
    assert "Ce qui changerait le refus" in text_of(page.content.decode())


def test_criteria_come_alone_when_the_sheet_asks_for_them(pilot: Client) -> None:
    response = pilot.get(address("financing:verdict"), headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert "rb-criteria" in response.content.decode()
    assert "HX-Request" in response["Vary"]


def test_the_call_spends_what_its_lines_pay(pilot: Client, sample_result: MissionResult) -> None:
    context = pilot.get(address("portfolio:call")).context
    lines = PlanLine.objects.filter(is_envelope=True)
    assert sum(line.amount for line in lines) == context["study"].envelope_spent == sample_result.envelope_spent
    assert len(context["proposed"]) == 7
    assert context["left"] >= 0
    assert all(each.reasons for group in ("not_proposed", "not_admitted") for each in context[group]["first"])
    assert not context["decided"]


def test_projects_that_the_call_leaves_out_of_a_section_are_those_that_the_list_keeps(pilot: Client) -> None:
    response = pilot.get(address("portfolio:call"))
    shown = response.content.decode()
    groups = [response.context[name] for name in ("not_proposed", "covered", "not_admitted")]
    cut = [group for group in groups if group["count"] > len(group["first"])]
    assert cut
    for group in groups:
        asked = f"{PROJECTS}?appel={group['status']}"
        assert pilot.get(asked).context["page"].paginator.count == group["count"]
        assert (f'href="{asked}"' in shown) is (group in cut)
    for group in groups[1:]:
        assert (f"Voir les {len(group['first'])} premiers projets" in shown) is (group in cut)


def test_the_call_says_how_sure_the_selection_is(pilot: Client) -> None:
    shown = text_of(pilot.get(address("portfolio:call")).content.decode())
    assert "Sélection prouvée" in shown


def test_a_firm_shows_the_account_of_its_whole_undertaking(pilot: Client, sample_result: MissionResult) -> None:
    result = next(firm for firm in sample_result.firms if len({e.firm_id for e in firm.account.entries}) > 1)
    response = pilot.get(f"/missions/{MISSION}/entreprises/{result.firm.id}/")
    assert sum(entry.amount for entry in response.context["entries"]) == result.account.used
    assert format_euros(result.account.room_at_most) in text_of(response.content.decode())


def test_a_firm_that_did_not_declare_its_aid_shows_an_unknown_account_and_what_to_ask(pilot: Client) -> None:
    sheet = text_of(pilot.get(f"/missions/{MISSION}/entreprises/E022/").content.decode())
    assert "Compte de minimis inconnu, au plus 282 500 €" in sheet.replace("\u202f", " ").replace("\u00a0", " ")
    assert "attestation de minimis de l’entreprise unique" in sheet.replace("'", "’")
    listed = text_of(pilot.get(f"/missions/{MISSION}/entreprises/?tri=-de_minimis&page=2").content.decode())
    assert "inconnu au plus 300 000 €" in " ".join(listed.replace("\u202f", " ").replace("\u00a0", " ").split())


def test_every_project_is_under_an_organisation(pilot: Client) -> None:
    first = pilot.get(address("referrals:list")).context["page"]
    pages = [pilot.get(f"{address('referrals:list')}?page={number}") for number in first.paginator.page_range]
    sent = {referral.project.ref for page in pages for referral in page.context["page"]}
    assert sent == set(Project.objects.values_list("ref", flat=True))


def test_every_need_of_the_roadmap_names_its_firm(pilot: Client, sample_result: MissionResult) -> None:
    groups = pilot.get(address("roadmap:roadmap")).context["proposals"]
    needs = sum(len(line.proposal.needs.all()) for _, _, lines in groups for line in lines)
    assert needs == sum(len(interview.needs) for interview in sample_result.census.interviews)


def test_needs_of_one_axis(pilot: Client, sample_result: MissionResult) -> None:
    page = pilot.get(f"/missions/{MISSION}/entretiens/?axe=competences").context["page"]
    expected = {i.id for i in sample_result.census.interviews if any(n.axis == "competences" for n in i.needs)}
    assert page.paginator.count == len(expected)
    assert all(need.axis == "competences" for interview in page for need in interview.needs.all())
