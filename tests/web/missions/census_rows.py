"""Values, firms, projects and entries of lists of every shape, as strategies: what ``censuses`` puts together."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rebond import facts as core
from rebond.facts import UNKNOWN, Band, LinkAnswer, LinkKind

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
words = st.sampled_from(["", "l'atelier", "Société  d'Étude", "d « verre » ; 200 000 €", "x" * 200])
names = texts | words
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2050, 12, 31))
euros = st.decimals(0, 10**12, places=2) | st.integers(0, 10**9).map(Decimal)
numbers = st.decimals(0, 99_999, places=9) | st.integers(0, 10**6).map(Decimal)
answers = st.booleans()
counts = st.integers(0, 10**7)
communes = st.sampled_from(["52121", "2A004", "52269"])
values = names | counts | euros | answers | days | st.frozensets(texts, max_size=2) | st.just(UNKNOWN)
declared = st.lists(st.tuples(texts, values), max_size=2).map(tuple)


def maybe(known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Known or not."""
    return st.just(UNKNOWN) | known


def few(one: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[Any]:
    """Some, in their order."""
    return st.lists(one, max_size=most).map(tuple)


accounts = st.builds(
    core.Accounts,
    year=st.integers(1990, 2100),
    staff=maybe(numbers),
    turnover=maybe(euros),
    balance_sheet=maybe(euros),
)
links = st.builds(
    core.FirmLink,
    name=names,
    kind=st.sampled_from(LinkKind),
    siren=maybe(st.just("552100554")),
    share=maybe(st.decimals(0, 1, places=9)),
    public_body=answers,
    accounts=few(accounts, 1),
)
firms = st.builds(
    core.Firm,
    id=st.just(""),
    name=names,
    siren=maybe(st.just("552100554")),
    establishment=st.builds(core.Establishment, siret=maybe(st.just("55210055400013")), commune=maybe(communes)),
    legal_form=maybe(names),
    code_naf=maybe(st.just("25.62B")),
    trade=names,
    created_on=maybe(days),
    accounts=few(accounts),
    links=few(links, 1),
    own_funds=maybe(euros | euros.map(lambda amount: -amount)),
    in_difficulty=maybe(answers),
    up_to_date=maybe(answers),
    aid_declared=maybe(answers),
    single_undertaking=names,
    former_names=few(names),
    declared=declared,
)
needs = st.builds(core.Need, axis=names, text=names)
costs = st.builds(core.CostLine, id=st.just(""), nature=names, amount=euros, year=st.integers(2015, 2050), label=names)
projects = st.builds(
    core.Project,
    id=st.just(""),
    firm_id=st.just(""),
    title=names,
    description=names,
    commune=maybe(communes),
    kind=maybe(names),
    jobs_created=maybe(counts),
    jobs_kept=maybe(counts),
    starts_on=maybe(days),
    ends_on=maybe(days),
    works_started=maybe(answers),
    first_order_on=maybe(days),
    applied_on=maybe(days),
    first_order_document=names,
    requests=few(st.builds(core.FunderRequest, funder=names, letter_on=maybe(days), applied_on=maybe(days))),
    own_financing=maybe(euros),
    borrowing_capacity=maybe(euros),
    objectives=st.frozensets(names, max_size=2),
    declared=declared,
    evidence=few(st.builds(core.Evidence, criterion=names, level=maybe(st.integers(0, 3)), proof=names)),
    maturity_override=maybe(names),
    maturity_reason=names,
    scores=few(st.builds(core.AssessorScore, criterion=names, score=st.integers(0, 5), reason=names)),
)
aids = st.builds(
    core.AidObtained,
    id=st.just(""),
    firm_id=st.just(""),
    funder=names,
    label=names,
    regime=names,
    granted_on=days,
    amount=maybe(euros | st.builds(Band, least=euros, most=maybe(euros))),
    recovered=euros,
    nature=names,
)
entries = st.builds(
    core.PartnerEntry,
    id=st.just(""),
    partner=names,
    firm_name=names,
    siren=maybe(st.just("552100554")),
    commune=names.map(lambda name: name[:100]),
    project_title=names,
    amount=maybe(euros),
    dated=maybe(days),
    amount_is=maybe(st.sampled_from(["cout", "aide"])),
    siret=maybe(st.just("55210055400013")),
    source=names,
)
confirmations = st.builds(
    core.Confirmation,
    kind=st.sampled_from(["projet", "entreprise"]),
    subject=names,
    marks=few(names),
    by=names,
    on=days,
)
link_decisions = st.builds(
    core.LinkDecision,
    entry_id=st.sampled_from(["L1", "L2", "L9"]),
    firm_id=st.sampled_from(["E1", "E9"]),
    project_id=st.sampled_from(["", "P1", "P9"]),
    answer=st.sampled_from(LinkAnswer),
    by=names,
    on=maybe(days),
    reason=names,
)
lineages = st.builds(
    core.Descent,
    act=st.sampled_from(core.DescentAct),
    origin=st.sampled_from(["P1", "P9", "E9"]),
    became=st.sampled_from(["P1", "P2"]),
    on=maybe(days),
    by=names,
    reason=names,
)
