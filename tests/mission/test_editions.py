"""Every confidential value of the sample against every edition of every document: who may read it, and nobody else."""

from __future__ import annotations

import itertools
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from rebond.adapters.documents import writing
from rebond.adapters.documents.html import html_page
from rebond.adapters.documents.writing import write_documents
from rebond.adapters.printing.pdf import PdfUnavailableError
from rebond.adapters.workbook import load_layout, regime_codes
from rebond.data import data_folder
from rebond.facts import AssessorScore, Census, Mark, Recusal
from rebond.indicators import breakdowns
from rebond.referrals.orient import ReferralKind
from rebond.restitution import code_names, edition_rows, editions
from rebond.restitution.confidences import confidences, key_of
from rebond.restitution.editions import COMMITTEE, PRESS, Edition, Recipient
from rebond.restitution.report import collect_report
from rebond.results import MissionResult, ProjectResult
from tests.confidential import bare, leaks, said_by, says, secrets_of, sentences
from tests.drawn_cells import COMMITTEE as COMMITTEE_DAY
from tests.mission.conftest import Bench
from tests.whole_missions import Missions


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The PDF prints the same page: ``tests/adapters`` reads one."""

    class NoPrinter:
        def begin(self, page: str) -> None:
            assert page

        def finish(self) -> None:
            raise PdfUnavailableError

    monkeypatch.setattr(writing, "printer", lambda _: nullcontext(NoPrinter()))


_PRINTED = {"restitution.pdf", "restitution-annexes.pdf"}
"""Of the same contents as the page."""


def _partner(result: MissionResult) -> Recipient:
    """Bpifrance, to which every other firm agreed to be named."""
    sent = [p.firm.id for p in result.projects if any(r.organisation == "bpifrance" for r in p.referrals)]
    return Recipient(edition=Edition.PARTNER, organisation="bpifrance", agreed=frozenset(sorted(set(sent))[::2]))


def _talkative(result: MissionResult) -> str:
    """A firm with a project and long minutes."""
    heard = {each.firm_id for each in result.census.interviews if sentences(each.minutes)}
    return next(p.firm.id for p in result.projects if p.firm.id in heard)


def _recipients(result: MissionResult) -> tuple[Recipient, ...]:
    return (
        COMMITTEE,
        PRESS,
        _partner(result),
        Recipient(edition=Edition.PARTNER, organisation="bpifrance"),
        Recipient(edition=Edition.FIRM, firm=_talkative(result)),
    )


def test_no_edition_of_any_document_tells_what_its_reader_may_not_know(sample: MissionResult, tmp_path: Path) -> None:
    every, found = list(secrets_of(sample)), dict[tuple[str, str], set[str]]()
    for rank, recipient in enumerate(_recipients(sample)):
        written = write_documents(sample, tmp_path / str(rank), recipient=recipient)
        assert {path.name for path in written} == confidences().of_edition(recipient.edition) - _PRINTED
        for path in written:
            said = said_by(path)
            assert leaks(said, sample, recipient) == set(), (recipient.edition, path.name)
            found.setdefault((recipient.edition, path.name), set()).update(e.kind for e in every if says(said, e))
    # Empty documents would tell nothing either: each reader is given what is theirs, in every format.
    for kind in ("html", "docx", "xlsx", "csv", "json"):
        assert {"nom", "intitulé", "description", "montant"} <= found[Edition.COMMITTEE, f"fiches.{kind}"]
        assert {"nom", "intitulé", "description", "montant"} <= found[Edition.PARTNER, f"fiches.{kind}"]
        assert {"nom", "intitulé", "compte rendu"} <= found[Edition.FIRM, f"fiches.{kind}"]
    assert {"nom", "intitulé", "montant"} <= found[Edition.COMMITTEE, "restitution.html"]


def _sheets(result: MissionResult, recipient: Recipient, folder: Path) -> list[Path]:
    writing._write_sheets(result, folder, recipient, writing.SHEETS)
    page = folder / "restitution.html"
    page.write_text(html_page(collect_report(result, recipient=recipient)), encoding="utf-8")
    return [*(folder / name for name in sorted(writing.SHEETS)), page]


def test_one_planted_value_is_found_in_every_format(
    sample: MissionResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report prints the title of no project without a firm: there the firm is forgotten too."""
    hidden = sample.project("P064")
    scrub = code_names.scrubbed

    def forgetful(p: ProjectResult, code: str, **words: str) -> ProjectResult:
        made = scrub(p, code, **words)
        if p is not hidden:
            return made
        return replace(made, firm=p.firm if named else made.firm, project=replace(made.project, title=p.project.title))

    monkeypatch.setattr(editions, "scrubbed", forgetful)
    for named, planted in ((False, {hidden.project.title}), (True, {hidden.project.title, hidden.firm.name})):
        *sheets, report = _sheets(sample, COMMITTEE, tmp_path)
        for path in [report] if named else sheets:
            assert {each.text for each in leaks(said_by(path), sample, COMMITTEE)} == planted, path.name


def test_a_difficulty_has_no_sheet_and_a_succession_no_title(sample: MissionResult, tmp_path: Path) -> None:
    every = Recipient(edition=Edition.COMMITTEE, presented=frozenset(p.project.id for p in sample.projects))
    *sheets, report = (said_by(path) for path in _sheets(sample, every, tmp_path))
    secret = [p for p in sample.projects if any(r.kind is ReferralKind.DIFFICULTY for r in p.referrals)]
    assert secret
    for said in (*sheets, report):
        assert not [p.project.id for p in secret if bare(p.project.title) in said]
        assert bare("Transmission à l'équipe de direction") not in said
        assert bare(confidences().title) in said
    shown = [p for p in sample.projects if p not in secret and not confidences().tells(p.project.title)]
    assert not [p.project.id for p in shown if bare(p.project.title) not in report]


def test_the_robustness_of_a_candidate_is_told_to_who_reads_of_that_project(sample: MissionResult) -> None:
    assert sample.robustness is not None
    one, *others = sample.robustness.statuses
    reader = Recipient(edition=Edition.COMMITTEE, presented=frozenset({one}))
    given = editions.edition_of(sample, reader).robustness
    assert given is not None
    assert set(given.statuses) == {one}
    assert given.analysis is None
    assert not given.needs
    assert not given.problem.projects
    assert others
    assert editions.edition_of(sample, PRESS).robustness is None
    assert editions.edition_of(sample, _partner(sample)).robustness is None
    page = html_page(collect_report(sample, recipient=reader))
    assert page.count("chaque statut est établi") == 1
    assert "Robustesse de la proposition" in page
    assert "Robustesse de la proposition" not in html_page(collect_report(sample, recipient=PRESS))


def test_what_assessors_say_is_in_no_result_but_that_of_the_team(sample: MissionResult) -> None:
    """Nor in a study, which holds what it read: a file written from the census or a study would tell it."""
    project = next(p for p in sample.projects if p.firm.id == _talkative(sample)).project
    mark = Mark(project_id=project.id, criterion="ancrage", assessor="anne", number=1, score=2, reason="dit en aparté")
    aside = Recusal(firm_id=project.firm_id, assessor="bruno", number=1, aside=True, reason="parent", by="bruno")
    marked = replace(project, scores=(AssessorScore(criterion="ancrage", score=2, reason="dit en aparté"),))
    census = replace(
        sample.census,
        projects=tuple(marked if each.id == project.id else each for each in sample.census.projects),
        marks=(mark,),
        recusals=(aside,),
    )
    assert sample.studies
    for recipient in _recipients(sample):
        given = editions.edition_of(replace(sample, census=census), recipient)
        assert (given.census.marks, given.census.recusals, given.studies) == ((), (), ())
        assert not [each.id for each in given.census.projects if each.scores]


def test_figures_are_the_same_for_the_committee_and_the_press(sample: MissionResult) -> None:
    for recipient in (COMMITTEE, PRESS):
        given = {each.code: each for each in editions.edition_of(sample, recipient).indicators}
        for before in sample.indicators:
            after = given.get(before.code)
            if after is None:
                house = before.code == "orientes_" + breakdowns.slug("codefi-52")
                assert house or before.family in {"commune", "secteur"}
            else:
                assert (after.value, after.text) == (before.value, before.text)
                assert sum(row.value for row in after.rows) == sum(row.value for row in before.rows)


def test_a_mission_drawn_at_random_keeps_its_confidences_too(bench: Bench, tmp_path: Path) -> None:
    data = data_folder()
    layout = load_layout(data / "referentiels", regimes=regime_codes(data / "regimes"))
    drawn = Missions(layout, bench.rulebook.catalogue.gazetteer).draw(3, sober=True)
    result = bench.play(_marked(drawn), on=COMMITTEE_DAY)
    told = {each.kind for each in secrets_of(result)}
    assert {"nom", "intitulé", "description"} <= told
    first = result.census.firms[0].id
    funder = next(r.organisation for p in result.projects for r in p.referrals)
    for rank, recipient in enumerate(
        (
            Recipient(edition=Edition.COMMITTEE, presented=frozenset({result.projects[0].project.id})),
            Recipient(edition=Edition.COMMITTEE, presented=frozenset()),
            PRESS,
            Recipient(edition=Edition.PARTNER, organisation=funder, agreed=frozenset({first})),
            Recipient(edition=Edition.FIRM, firm=first),
        )
    ):
        for path in write_documents(result, tmp_path / str(rank), recipient=recipient):
            assert leaks(said_by(path), result, recipient) == set(), (recipient.edition, path.name)


def _marked(census: Census) -> Census:
    """The mission with texts that nothing else could say."""
    return replace(
        census,
        firms=tuple(replace(f, name=f"Etablissements Marquedenom {n}") for n, f in enumerate(census.firms)),
        projects=tuple(
            replace(p, title=f"Marquedetitre {n}", description=f"Marquededescription numero {n}.")
            for n, p in enumerate(census.projects)
        ),
        interviews=tuple(
            replace(
                i,
                minutes=f"Marquedecompterendu numero {n}.",
                interviewer=f"Marquedepersonne {n}",
                needs=tuple(replace(need, text=f"Marquedebesoin {n} {rank}.") for rank, need in enumerate(i.needs)),
            )
            for n, i in enumerate(census.interviews)
        ),
    )


def test_what_is_not_told_of_one_part_is_not_the_sum_less_the_others(sample: MissionResult) -> None:
    """Brute force, of rows: whatever is hidden, parts that are not told are of several firms, or there is no other."""
    row_of = {p.project.id: breakdowns.project_row(p, Decimal(1000)) for p in sample.projects[:8]}
    firm_of = {key_of(row): str(number // 2) for number, row in enumerate(row_of.values())}
    rows = list(row_of.values())
    for cuts in itertools.combinations(range(1, 8), 3):
        parts = [rows[low:high] for low, high in itertools.pairwise((0, *cuts, 8))]
        told = [
            breakdowns.summed(
                code=f"appel_{rank}_propose_eur",
                label="",
                definition="",
                unit="€",
                rows=part,
                family="appel_propose_eur",
            )
            for rank, part in enumerate(parts)
        ]
        for secret in rows:
            silent = edition_rows._untold(told, {key_of(secret): True}, firm_of)
            unsaid = [part for rank, part in enumerate(parts) if ("appel", str(rank)) in silent]
            together = {firm_of[key_of(row)] for part in unsaid for row in part}
            few = next(len({firm_of[key_of(r)] for r in part}) < 3 for part in parts if secret in part)
            assert bool(silent) is few
            assert not silent or len(together) >= 3
