"""Linkage measured: how its quality is counted, and a floor against regressions on invented lists.

The noise of these lists is ours, so the floor is no promise about real ones.
"""

import random
from decimal import Decimal

import pytest

from rebond.facts import (
    UNKNOWN,
    Census,
    CostLine,
    Establishment,
    Firm,
    Maybe,
    PartnerEntry,
    Project,
    Siren,
)
from rebond.linkage import link_census
from tests.core.linkage.lists import FIRMS, PROJECTS, RULES, SETTINGS, entry, gazetteer_of, link
from tests.core.linkage.quality import evaluate

COMMUNES = {
    f"52{number:03}": f"{start}{end}"
    for number, (start, end) in enumerate(
        (start, end)
        for start in ("Roche", "Val", "Mont", "Fon", "Bel", "Mar", "Vill", "Cour", "Ar", "Chal")
        for end in ("court", "tainière", "ville", "gny", "mont", "vaux", "bières", "sey")
    )
}
GAZETTEER = gazetteer_of(COMMUNES)
TRADES = (
    "Mécanique",
    "Fonderie",
    "Forges",
    "Décolletage",
    "Menuiserie",
    "Tôlerie",
    "Plastiques",
    "Scierie",
    "Outillage",
)
FORMS = ("SARL", "SAS", "SA", "S.A.R.L.", "SASU", "EURL")
SHORT = {"Mécanique": "Méca", "Fonderie": "Fond.", "Décolletage": "Décoll.", "Plastiques": "Plast."}
SYLLABLES = (
    "ber",
    "tran",
    "gou",
    "jon",
    "mar",
    "lin",
    "vau",
    "thier",
    "per",
    "rin",
    "col",
    "las",
    "dro",
    "bin",
    "fa",
    "vre",
    "qui",
    "net",
)
MACHINES = (
    "Presse hydraulique",
    "Four de trempe",
    "Centre d'usinage 5 axes",
    "Ligne de peinture",
    "Cabine de grenaillage",
    "Robot de soudure",
    "Extension du hall de stockage",
    "Chaudière biomasse",
    "Banc de contrôle tridimensionnel",
    "Laveuse à ultrasons",
    "Découpe laser fibre",
    "Encartonneuse",
    "Silo à granulés",
    "Rectifieuse cylindrique",
)


def surname(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 3)))).title()


def typo(text: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(text) - 1)
    return rng.choice((text[:place] + text[place + 1 :], text[:place] + text[place] + text[place:]))


def misspelt(name: str, trade: str, rng: random.Random) -> str:
    base = rng.choice((f"{trade} {name}", f"{name} {trade}", f"{SHORT.get(trade, trade)} {name}"))
    if rng.random() < 0.3:
        base = typo(base, rng)
    if rng.random() < 0.3:
        base = base.upper()
    return rng.choice(("{}", "Ets {}", "{} SAS", "SARL {}", "Sté {}")).format(base)


def checked(digits: str) -> Siren:
    total = sum(sum(divmod(int(digit) * (2 if rank % 2 else 1), 10)) for rank, digit in enumerate(digits))
    return Siren(f"{digits}{-total % 10}")


def invented(firms_wanted: int, entries_wanted: int, seed: int = 1):
    rng = random.Random(seed)
    firms, projects, entries = [], [], []
    true_firms, true_projects = set(), set()
    named: dict[str, tuple[str, str]] = {}
    for number in range(firms_wanted):
        name, trade = surname(rng), rng.choice(TRADES)
        firm_id = f"E{number:05}"
        named[firm_id] = (name, trade)
        firms.append(
            Firm(
                id=firm_id,
                name=f"{rng.choice(FORMS)} {trade} {name}",
                siren=checked(f"{rng.randrange(10**7, 10**8)}"),
                establishment=Establishment(commune=rng.choice(list(COMMUNES))),
            )
        )
        for rank, machine in enumerate(rng.sample(MACHINES, rng.choice((1, 1, 2)))):
            cost = CostLine(id="1", nature="materiel", amount=Decimal(rng.randrange(50, 2000)) * 1000, year=2023)
            projects.append(Project(id=f"{firm_id}-{rank}", firm_id=firm_id, title=machine, costs=(cost,)))
    for number in range(entries_wanted):
        entry_id = f"L{number:05}"
        siren: Maybe[Siren] = UNKNOWN
        amount: Maybe[Decimal] = UNKNOWN
        if rng.random() < 0.25:
            name, trade, commune, siren = (
                surname(rng),
                rng.choice(TRADES),
                rng.choice(list(COMMUNES)),
                UNKNOWN,
            )
            title, amount = rng.choice(MACHINES), UNKNOWN
        else:
            project = rng.choice(projects)
            firm = firms[int(project.firm_id[1:])]
            name, trade = named[firm.id]
            commune = str(firm.establishment.commune)
            siren = firm.siren if rng.random() < 0.3 else UNKNOWN
            title = rng.choice(("{}", "Achat {}", "{} neuf", "Investissement : {}")).format(project.title.lower())
            amount = project.total_cost * Decimal(rng.choice(("1", "0.9", "1.1"))) if rng.random() < 0.6 else UNKNOWN
            true_firms.add((firm.id, entry_id))
            true_projects.add((project.id, entry_id))
        entries.append(
            PartnerEntry(
                id=entry_id,
                partner=rng.choice(("CCI", "Région", "GIP")),
                firm_name=misspelt(name, trade, rng),
                siren=siren,
                commune=COMMUNES[commune].upper() if rng.random() < 0.8 else "",
                project_title=title,
                amount=amount,
            )
        )
    census = Census(
        settings=SETTINGS,
        firms=tuple(firms),
        interviews=(),
        projects=tuple(projects),
        partner_entries=tuple(entries),
    )
    return census, true_firms, true_projects


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_invented_lists_are_linked_with_few_errors(seed):
    census, true_firms, true_projects = invented(300, 800, seed)
    result = link_census(census, rules=RULES, gazetteer=GAZETTEER)
    firms = evaluate(result.firm_links, true_firms)
    projects = evaluate(result.project_links, true_projects)
    assert firms.precision >= 0.98
    assert firms.recall_with_queue >= 0.97
    assert projects.precision >= 0.97
    assert projects.recall_with_queue >= 0.95


@pytest.mark.slow
def test_two_thousand_firms_and_five_thousand_lines_are_linked():
    census, true_firms, _ = invented(2_000, 5_000)
    result = link_census(census, rules=RULES, gazetteer=GAZETTEER)
    assert evaluate(result.firm_links, true_firms).recall_with_queue >= 0.95


def test_quality_counts_what_waits_for_a_person_apart():
    lines = (
        entry("L1", "Goujon et fils", commune="Langres"),
        entry("L2", "GOUJON ET FILS", commune="Chaumont"),
        entry("L3", "Forges de Nogent", commune="Nogent"),
    )
    result = link(FIRMS, PROJECTS, *lines)
    quality = evaluate(result.firm_links, {("E01", "L1"), ("E01", "L2"), ("E02", "L3"), ("E03", "L9")})
    assert (quality.right, quality.wrong) == (1, 1)
    assert quality.waiting_true == 1
    assert quality.missed == 2
    assert quality.precision == 0.5
    assert quality.recall == 0.25
    assert quality.recall_with_queue == 0.5
    assert quality.f1 == pytest.approx(1 / 3)


def test_quality_of_nothing_is_perfect():
    assert evaluate((), set()).f1 == 1.0
