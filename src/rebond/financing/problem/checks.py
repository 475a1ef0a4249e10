"""What a problem file may not say though it fits the schema: names that designate nothing, amounts that contradict.

Every fault is sought at once; whatever has the wrong shape is left to the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from rebond.dispositifs.model import Instrument
from rebond.errors import Fault
from rebond.reading.amounts import require_euros, require_share
from rebond.reading.problem import Unreadable
from rebond.regimes.model import RegimeKind
from rebond.units import Euros, Rate, format_euros, format_rate

Path = tuple[str | int, ...]
Report = Callable[[Path, str, str, str], Fault]
"""Makes a fault of a JSON path, what was found, what is wrong and how to mend it."""
Block = dict[str, Any]
ZERO, WHOLE = Euros(0), Rate(1)
_PAID_BACK = {form.value for form in Instrument if form.is_borrowed}
_OF_A_REGIME = ("nature", "sur_le_projet", "apport_propre", "plafond_projet")
"""What a regime is for a project, whichever dispositif claims it."""


def problem_faults(data: Any, report: Report) -> Iterator[Fault]:
    """Every fault of a problem's data, beside those of its shape."""
    yield from _twice(report, ("projets",), _blocks(data, "projets"))
    yield from _account_faults(data, report)
    budgets = _mapping(data, "budgets")
    for rank, project in _blocks(data, "projets"):
        path: Path = ("projets", rank)
        yield from _line_faults(project, path, report)
        yield from _offer_faults(project, path, report, budgets)
        yield from _regime_faults(project, path, report)


def _line_faults(project: Block, path: Path, report: Report) -> Iterator[Fault]:
    """The lines, the need, the aid already obtained."""
    lines = list(_blocks(project, "postes"))
    yield from _twice(report, (*path, "postes"), lines)
    amounts = {_id(line): _euros(line.get("montant")) for _, line in lines}
    cost, need = _sum(amounts.values()), _euros(project.get("besoin"))
    if cost is not None and need is not None and need > cost:
        problem = f"besoin au-dessus du coût du projet ({format_euros(cost)})"
        yield report((*path, "besoin"), format_euros(need), problem, "donner le coût moins ce qui est déjà acquis")
    for place, granted in _blocks(project, "aides_obtenues"):
        where: Path = (*path, "aides_obtenues", place)
        line = granted.get("poste")
        yield from _absent(report, (*where, "poste"), [line], amounts, "poste")
        for key in ("plafond", "apport_propre"):
            yield from _rate_fault(granted, key, where, report)


def _offer_faults(project: Block, path: Path, report: Report, budgets: Mapping[str, Any]) -> Iterator[Fault]:
    """The dispositifs: what they name, what they bound."""
    offers = list(_blocks(project, "dispositifs"))
    lines = {_id(line) for _, line in _blocks(project, "postes")}
    yield from _twice(report, (*path, "dispositifs"), offers)
    names = {_id(offer) for _, offer in offers}
    for place, pair in enumerate(_items(project, "exclusions")):
        found = pair if isinstance(pair, list) else []
        yield from _absent(report, (*path, "exclusions", place), found, names, "dispositif")
        if len(found) > 1 and len({str(name) for name in found}) == 1:
            problem = "un dispositif ne s'exclut pas lui-même"
            yield report((*path, "exclusions", place), str(found[0]), problem, "nommer deux dispositifs")
    for place, offer in offers:
        where: Path = (*path, "dispositifs", place)
        yield from _absent(report, (*where, "postes"), _items(offer, "postes"), lines, "poste")
        for key in ("valeur_par_euro", "deduction_des_subventions"):
            yield from _rate_fault(offer, key, where, report)
        if offer.get("forme") in _PAID_BACK and "valeur_par_euro" not in offer:
            problem = "valeur d'un euro prêté inconnue : il ne vaut pas un euro de subvention"
            mend = "donner « valeur_par_euro » : « 0 » au prix du marché, sinon l'équivalent-subvention"
            yield report((*where, "forme"), str(offer["forme"]), problem, mend)
        yield from _part_faults(offer, (*where, "parts"), report)
        budget = offer.get("budget")
        if isinstance(budget, str) and budget and budget not in budgets:
            mend = f"l'ajouter à « budgets » avec ses euros restants ; budgets donnés : {_choices(budgets)}"
            yield report((*where, "budget"), budget, "budget sans montant", mend)
        floor, cap = _euros(offer.get("plancher_aide")), _euros(offer.get("plafond_aide"))
        if floor is not None and cap is not None and floor > cap:
            problem = f"plancher au-dessus du plafond d'aide ({format_euros(cap)})"
            yield report((*where, "plancher_aide"), format_euros(floor), problem, "corriger l'un des deux")
        bases = list(_blocks(offer, "bases_legales"))
        yield from _twice(report, (*where, "bases_legales"), bases, key="regime")
        for index, basis in bases:
            yield from _basis_faults(basis, (*where, "bases_legales", index), report, lines)


def _part_faults(offer: Block, path: Path, report: Report) -> Iterator[Fault]:
    """The shares of a support in several forms make the whole of it."""
    parts = list(_blocks(offer, "parts"))
    yield from _twice(report, path, parts, key="forme")
    shares = [_rate(part.get("part")) for _, part in parts]
    known = [share for share in shares if share is not None]
    if shares and len(known) == len(shares) and sum(known) != WHOLE:
        yield report(path, "", "les parts ne font pas 100 %", "corriger « parts »")


def _basis_faults(basis: Block, path: Path, report: Report, lines: Collection[Any]) -> Iterator[Fault]:
    ceilings = _mapping(basis, "plafonds")
    yield from _absent(report, (*path, "plafonds"), ceilings, lines, "poste")
    for line in ceilings:
        yield from _rate_fault(ceilings, line, (*path, "plafonds"), report)
    for key in ("equivalent_par_euro", "equivalent_hors_avance_par_euro", "majoration_avances", "apport_propre"):
        yield from _rate_fault(basis, key, path, report)
    aid = _rate(basis.get("equivalent_par_euro", "1"))
    plain = _rate(basis.get("equivalent_hors_avance_par_euro", basis.get("equivalent_par_euro", "1")))
    where: Path = (*path, "equivalent_hors_avance_par_euro")
    if aid is None or plain is None or plain == aid:
        return
    if plain > aid:
        problem = "la part hors avance dépasse l'équivalent entier (« equivalent_par_euro »)"
        yield report(where, format_rate(plain), problem, "donner au plus l'équivalent entier")
    elif "majoration_avances" not in basis:
        problem = "une avance comptée au nominal exige une majoration (RGEC art. 7 §5)"
        yield report(where, format_rate(plain), problem, "donner « majoration_avances »")


def _regime_faults(project: Block, path: Path, report: Report) -> Iterator[Fault]:
    """A regime is the same for all the dispositifs of a project: two ceilings on a line would be two laws."""
    seen: dict[tuple[str, ...], str | None] = {}
    bonuses: dict[Rate, None] = {}
    for place, offer in _blocks(project, "dispositifs"):
        for index, basis in _blocks(offer, "bases_legales"):
            where: Path = (*path, "dispositifs", place, "bases_legales", index)
            regime = str(basis.get("regime"))
            told: dict[tuple[str, ...], str | None] = {
                ("plafonds", line): _shown_rate(rate) for line, rate in _mapping(basis, "plafonds").items()
            }
            told |= {(key,): _comparable(basis, key) for key in _OF_A_REGIME}
            for keys, value in told.items():
                before = seen.setdefault((regime, *keys), value)
                if before != value and before is not None and value is not None:
                    problem = f"autre valeur que celle qu'un autre dispositif donne au régime « {regime} »"
                    mend = f"écrire « {before} » ici aussi, ou nommer deux régimes"
                    yield report((*where, *keys), value, problem, mend)
            bonus = _rate(basis.get("majoration_avances", "0"))
            if bonus and bonus not in bonuses and bonuses:
                first = format_rate(next(iter(bonuses)))
                problem = "majorations d'avance différentes dans un projet (RGEC art. 7 §5 n'en donne qu'une)"
                yield report((*where, "majoration_avances"), format_rate(bonus), problem, f"écrire « {first} » partout")
            if bonus:
                bonuses[bonus] = None


def _account_faults(data: Any, report: Report) -> Iterator[Fault]:
    """An account that is nobody's while a project that needs one has none: most often a name written otherwise."""
    accounts = _mapping(data, "comptes_de_minimis")
    projects = [project for _, project in _blocks(data, "projets")]
    undertakings = {str(project.get("entreprise_unique", project.get("id"))) for project in projects}
    needed = {
        str(project.get("entreprise_unique", project.get("id"))) for project in projects if _uses_de_minimis(project)
    }
    if needed <= set(accounts):
        return
    for name in accounts:
        if name not in undertakings:
            mend = f"entreprises uniques des projets : {_choices(undertakings)}"
            yield report(("comptes_de_minimis",), name, "compte d'une entreprise qu'aucun projet ne nomme", mend)


def _uses_de_minimis(project: Block) -> bool:
    return any(
        basis.get("nature") == RegimeKind.DE_MINIMIS.value
        for _, offer in _blocks(project, "dispositifs")
        for _, basis in _blocks(offer, "bases_legales")
    )


def _rate_fault(block: Mapping[str, Any], key: str, path: Path, report: Report) -> Iterator[Fault]:
    """A rate above 100 %: « 35 » for « 35 % »."""
    rate = _rate(block.get(key))
    if rate is not None and rate > WHOLE:
        problem = f"taux au-dessus de 100 % (lu {format_rate(rate)})"
        yield report((*path, key), str(block[key]), problem, "écrire « 35 % » ou « 0.35 »")


def _comparable(basis: Block, key: str) -> str | None:
    """What a dispositif says of a regime, in words; ``None`` when it is a fault by itself."""
    match key:
        case "apport_propre":
            return _shown_rate(basis.get(key, "0"))
        case "plafond_projet":
            amount = _euros(basis.get(key))
            return "aucun" if key not in basis else None if amount is None else format_euros(amount)
        case "sur_le_projet":
            return {True: "true", False: "false"}.get(basis.get(key, False))
        case _:
            kind = basis.get(key)
            return kind if kind in {kind.value for kind in RegimeKind} else None


def _shown_rate(value: Any) -> str | None:
    """A rate in words, to its last decimal: two rates are the same when their words are."""
    rate = _rate(value)
    if rate is None or rate > WHOLE:
        return None
    return f"{(rate * 100).normalize():f} %".replace(".", ",")


def _rate(value: Any) -> Rate | None:
    """A rate, or ``None`` when it cannot be read."""
    try:
        return require_share(value)
    except Unreadable:
        return None


def _euros(value: Any) -> Euros | None:
    """An amount, or ``None`` when it is absent or cannot be read."""
    try:
        return require_euros(value)
    except Unreadable:
        return None


def _sum(amounts: Iterable[Euros | None]) -> Euros | None:
    """The sum, or ``None`` when one of them cannot be read."""
    total = ZERO
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def _blocks(data: Any, key: str) -> Iterator[tuple[int, Block]]:
    for rank, block in enumerate(_items(data, key)):
        if isinstance(block, dict):
            yield rank, block


def _items(data: Any, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _mapping(data: Any, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _twice(report: Report, path: Path, blocks: Iterable[tuple[int, Block]], key: str = "id") -> Iterator[Fault]:
    seen: set[str] = set()
    for rank, block in blocks:
        name = block.get(key)
        if isinstance(name, str) and name in seen:
            yield report((*path, rank, key), name, f"« {key} » écrit deux fois", "donner un nom à chacun")
        if isinstance(name, str):
            seen.add(name)


def _absent(report: Report, path: Path, names: Iterable[Any], known: Collection[Any], what: str) -> Iterator[Fault]:
    for name in names:
        if isinstance(name, str) and name not in known:
            yield report(path, name, f"{what} inconnu du projet", f"{what}s du projet : {_choices(known)}")


def _id(block: Block) -> str:
    """The id of a block, empty where the schema refuses it."""
    name = block.get("id")
    return name if isinstance(name, str) else ""


def _choices(names: Iterable[Any]) -> str:
    return ", ".join(sorted(str(name) for name in names)) or "aucun"
