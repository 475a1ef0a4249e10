"""Rapprochement : vérité plantée, trois bruits indépendants et leur mélange, contre rapidfuzz seul et splink.

Cibles : aucun lien faux sans une personne, aucun projet connu à tort, au plus 3 projets sur 60 dits inconnus à tort, au
plus 40 questions par mission. splink n'est pas une dépendance : il est comparé quand il est installé.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

from rapidfuzz import fuzz, process, utils

import rebond
from bench._linkage_noise import MODELS, planted
from bench._linkage_score import Report, Score, linker, report, score, settled
from bench._linkage_world import Mission
from rebond.linkage import LinkageRules, load_rules

RAPIDFUZZ_FROM = 85
"""The threshold that people take from the library's examples."""
Pairs = set[tuple[str, str]]


def main(*, rapide: bool) -> None:
    """Measure every noise model on several missions."""
    rules = load_rules(Path(rebond.__file__).parent / "data" / "referentiels")
    seeds = range(1, 3 if rapide else 21)
    splink = _splink(rules)
    print(f"{len(seeds)} missions par bruit : 44 entreprises, 88 projets dont 60 connus d'un partenaire")
    for model in MODELS:
        missions = [planted(model, seed) for seed in seeds]
        began = time.perf_counter()
        before = [report(mission, linker(mission, rules)({})) for mission in missions]
        took = (time.perf_counter() - began) / len(missions)
        print(f"\n{model} ({mean(len(mission.census.partner_entries) for mission in missions):.0f} lignes)")
        print(_line("Rebond, sans personne", [r.firms for r in before], [r.projects for r in before]))
        after = [_after(mission, rules) for mission in missions]
        print(_line("Rebond, file tranchée", [r.firms for r in after], [r.projects for r in after]))
        fuzzy = [_by_rapidfuzz(mission) for mission in missions]
        print(_line("rapidfuzz token_set ≥ 85", *_scores(missions, fuzzy)))
        if splink is not None:
            probable = [splink(mission) for mission in missions]
            print(_line("splink ≥ 0,5, puis token_set", *_scores(missions, probable)))
        _print_outcomes(before, after, took)
    if splink is None:
        print("\nsplink n'est pas installé : pip install splink, dans un environnement à part, pour le comparer.")


def _after(mission: Mission, rules: LinkageRules) -> Report:
    result, _ = settled(mission, linker(mission, rules))
    return report(mission, result)


def _line(name: str, firms: Sequence[Score], projects: Sequence[Score]) -> str:
    parts = [
        f"{what} P {_precision(found):.3f} R {_recall(found):.3f} faux {sum(one.wrong for one in found)}"
        for what, found in (("entreprises", firms), ("projets", projects))
    ]
    return f"  {name:30} {' · '.join(parts)}"


def _precision(found: Sequence[Score]) -> float:
    right, wrong = sum(one.right for one in found), sum(one.wrong for one in found)
    return right / (right + wrong) if right + wrong else 1.0


def _recall(found: Sequence[Score]) -> float:
    right, missed = sum(one.right for one in found), sum(one.missed for one in found)
    return right / (right + missed) if right + missed else 1.0


def _print_outcomes(before: Sequence[Report], after: Sequence[Report], took: float) -> None:
    low, high = mean(one.unknown_low for one in before), mean(one.unknown_high for one in before)
    inside = sum(one.holds_truth for one in before)
    print(
        f"  connus à tort {sum(one.known_wrongly for one in before)} ; inconnus à tort au plus "
        f"{max(one.unknown_wrongly for one in before)} sur 60 (moyenne {mean(o.unknown_wrongly for o in before):.1f}), "
        f"après la file {max(one.unknown_wrongly for one in after)}"
    )
    print(
        f"  inconnus publiés de {low:.1f} à {high:.1f} pour {before[0].unknown_true} vrais ; la vérité est dedans "
        f"{inside} fois sur {len(before)} ; après la file {mean(one.unknown_low for one in after):.1f}"
    )
    print(
        f"  questions : au plus {max(one.queue for one in before)}, moyenne {mean(one.queue for one in before):.1f} ; "
        f"{took * 1000:.0f} ms par mission"
    )


# ------------------------------------------------------------------------------------ the others


def _scores(missions: Sequence[Mission], found: Sequence[tuple[Pairs, Pairs]]) -> tuple[list[Score], list[Score]]:
    firms = [score(pairs[0], mission.true_firms) for mission, pairs in zip(missions, found, strict=True)]
    projects = [score(pairs[1], mission.true_projects) for mission, pairs in zip(missions, found, strict=True)]
    return firms, projects


def _by_rapidfuzz(mission: Mission) -> tuple[Pairs, Pairs]:
    """The best name by ``token_set_ratio``, then the best title of that firm."""
    names = {firm.id: firm.name for firm in mission.census.firms}
    firms: Pairs = set()
    for entry in mission.census.partner_entries:
        best = process.extractOne(
            entry.firm_name,
            names,
            scorer=fuzz.token_set_ratio,
            processor=utils.default_process,
            score_cutoff=RAPIDFUZZ_FROM,
        )
        if best is not None:
            firms.add((best[2], entry.id))
    return firms, _titles(mission, firms)


def _titles(mission: Mission, firms: Pairs) -> Pairs:
    firm_of = {entry_id: firm_id for firm_id, entry_id in firms}
    found: Pairs = set()
    for entry in mission.census.partner_entries:
        titles = {p.id: p.title for p in mission.census.projects if p.firm_id == firm_of.get(entry.id)}
        if not entry.project_title or not titles:
            continue
        best = process.extractOne(
            entry.project_title,
            titles,
            scorer=fuzz.token_set_ratio,
            processor=utils.default_process,
            score_cutoff=RAPIDFUZZ_FROM,
        )
        if best is not None:
            found.add((best[2], entry.id))
    return found


def _splink(rules: LinkageRules) -> Callable[[Mission], tuple[Pairs, Pairs]] | None:
    """Splink as its guide shows it, when it is installed."""
    if importlib.util.find_spec("splink") is None:
        return None
    from bench._linkage_splink import firm_pairs

    def linked(mission: Mission) -> tuple[Pairs, Pairs]:
        firms = firm_pairs(mission, rules)
        return firms, _titles(mission, firms)

    return linked
