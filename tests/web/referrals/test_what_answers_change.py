"""What a grant and a refusal change on the site: the plan, the firm's account, the figures, two studies compared."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from rebond.facts import ReferralState
from rebond.mission import run_mission
from rebond.referrals.followed import Side
from rebond.restitution.result import result_as_data
from rebond.results import MissionResult
from rebond.units import Euros, format_euros
from rebond.web.exchange.exporting import export_workbook
from rebond.web.exchange.workbook import read_file
from rebond.web.financing.study import bench_of, current_rulebook
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.referrals.gestures import Said, Sending, add_step, send
from rebond.web.studies.models import Indicator
from rebond.web.studies.records import StoredLine
from tests.web.addresses import address
from tests.web.studied import studied, study_again, with_its_finding

DAY = date(2026, 10, 20)
SHELL = Author(user=None, name="Le pilote")


def _asked(project: Project) -> list[StoredLine]:
    """What its plan asks of funders, the envelope apart."""
    return [line for line in with_its_finding(project).found.lines if not line.is_envelope]


@pytest.mark.django_db
def test_a_grant_and_a_refusal_reach_plan_account_figures_and_comparison_and_the_workbook_says_the_same(
    pilot: Client, sample_result: MissionResult, tmp_path: Path
) -> None:
    mission = Mission.objects.get()
    first = mission.current_study
    assert first is not None
    several = next(p for p in studied() if len({line.dispositif for line in _asked(p)}) > 1)
    lines = _asked(several)
    granted, refused = list(dict.fromkeys(line.dispositif for line in lines))[:2]
    amount = Euros(sum(line.amount for line in lines if line.dispositif == granted) // 2)
    asked: dict[str, list[str]] = {}
    for each in (granted, refused):
        asked.setdefault(each.partition("/")[0], []).append(each)
    sendings = [
        Sending(project=several.ref, organisation=who, dispositifs=tuple(of), answer_by=DAY + timedelta(days=21))
        for who, of in asked.items()
    ]
    made = send(mission, sendings, by=SHELL, on=DAY).referrals
    yes = Said(state=ReferralState.GRANTED, dispositif=granted, granted=amount)
    no = Said(state=ReferralState.REFUSED, dispositif=refused, reason="enveloppe régionale épuisée")
    add_step(mission, made[0].id, yes, by=SHELL, side=Side.ORGANISATION, on=DAY)
    add_step(mission, made[-1].id, no, by=SHELL, side=Side.ORGANISATION, on=DAY)
    study = study_again(mission, sample_result, why="réponses")
    assert not study.failure

    project = studied().get(ref=several.ref)
    (award,) = with_its_finding(project).found.awards
    assert (award.dispositif, award.amount) == (granted, amount)
    bench = bench_of(project.mission, project)
    assert bench is not None
    assert bench.as_stored
    page = pilot.get(f"{address('projects:list')}{several.ref}/plan/").content.decode()
    assert "<strong>Obtenu</strong>" in page
    assert "enveloppe régionale épuisée" in page
    assert format_euros(amount) in page
    assert "Ce que le refus change" in page or "Rien ne change au plan" in page
    assert "accordée pendant la mission" in pilot.get(f"{address('firms:list')}{project.firm.ref}/").content.decode()
    compared = pilot.get(address("studies:compare"), {"avant": first.number, "apres": study.number})
    (change,) = [each for each in compared.context["found"].projects if each.project.ref == several.ref]
    assert change.causes
    figures = {row.code: row.value for row in Indicator.objects.found_by(study).filter(code__startswith="suivi_")}
    assert figures["suivi_obtenu_eur"] == amount

    # The same mission from its workbook, at the command line, is the same study to the digit.
    export_workbook(mission, tmp_path / "recensement.xlsx", by=SHELL)
    census = read_file(tmp_path / "recensement.xlsx").census
    told = result_as_data(run_mission(census, current_rulebook(), on=study.law_day))
    (mine,) = [each for each in told["projets"] if each["id"] == several.ref]
    assert mine["plan"]["soutien"] == with_its_finding(project).support
    assert told["indicateurs"]["suivi_obtenu_eur"]["valeur"] == amount
    assert [each["dispositif"] for each in mine["refus"]] == [refused]
