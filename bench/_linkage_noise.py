"""Three independent ways in which partners' lists go wrong, written from how those lists are made.

``frappe``: what typing and optical reading do to a text. ``administration``: what funders' own habits do to a line
(legal forms, groups, trade names, k€, aid for cost, merged communes, numbers spoilt by a spreadsheet).
``confusions``: what else stands in a list (homonyms, sisters, near names, other projects of the same firm).
``tout``: the three at once. None reads the linkage's own rules or vocabulary.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bench._linkage_world import (
    COMMUNES,
    FORMER,
    FORMS,
    OBJECTS,
    RIVERS,
    SURNAMES,
    TRADES,
    Being,
    Mission,
    Work,
    World,
    census_of,
    checked,
    gazetteer,
    make_world,
    maybe_siren,
)
from rebond.facts import UNKNOWN, PartnerEntry

PARTNERS = ("bpifrance", "region-grand-est", "ademe", "cci", "gip-haute-marne")


@dataclass(slots=True)
class Line:
    """A partner's line while it is being spoilt, with what it truly is about."""

    partner: str
    name: str
    siren: str
    commune: str
    title: str = ""
    amount: Decimal | None = None
    is_aid: bool = False
    firm: str = ""
    """Id of the census; empty when the line is about somebody else."""
    project: str = ""
    awarded: bool = False
    """Another project of the firm, once helped: a list of awards always says what and how much."""


@dataclass(slots=True)
class Lists:
    """What the partners hold before any noise."""

    world: World
    lines: list[Line] = field(default_factory=list)


def clean_lists(world: World, rng: random.Random) -> Lists:
    """Every known project once or twice, some firms known without a project, some strangers."""
    lists = Lists(world)
    for work in world.shared:
        for partner in rng.sample(PARTNERS, rng.choice((1, 1, 1, 2))):
            lists.lines.append(_line_of(world.being(work.firm), partner, work))
    for being in rng.sample(world.beings, len(world.beings) // 3):
        lists.lines.append(_line_of(being, rng.choice(PARTNERS)))
    for _ in range(25):
        trade, surname = rng.choice(TRADES), f"{rng.choice(SURNAMES)}{rng.choice(('et', 'ot', 'eau', 'in'))}"
        kind, title = rng.choice(OBJECTS)
        stranger = Being(
            "", surname, trade, f"{trade} {surname}", rng.choice(FORMS), checked(rng), rng.choice(list(COMMUNES))
        )
        lists.lines.append(
            _line_of(stranger, rng.choice(PARTNERS), Work("", "", kind, title, (rng.randrange(50, 900) * 1000,)))
        )
    return lists


def _line_of(being: Being, partner: str, work: Work | None = None) -> Line:
    return Line(
        partner=partner,
        name=f"{being.name} {being.form}",
        siren=being.siren,
        commune=COMMUNES[being.commune],
        title=work.title if work else "",
        amount=Decimal(work.cost) if work else None,
        firm=being.id,
        project=work.id if work else "",
    )


# -------------------------------------------------------------- (a) typing and optical reading

_KEYBOARD = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_NEIGHBOURS = {
    key: row[max(0, rank - 1) : rank] + row[rank + 1 : rank + 2] for row in _KEYBOARD for rank, key in enumerate(row)
}
"""French keyboard: the keys on each side."""
_OPTICAL = (
    ("O", "0"),
    ("o", "0"),
    ("l", "1"),
    ("I", "1"),
    ("S", "5"),
    ("B", "8"),
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("é", "e"),
    ("ê", "è"),
)


def _mistyped(text: str, rng: random.Random) -> str:
    if len(text) < 4:
        return text
    place = rng.randrange(1, len(text) - 1)
    letter = text[place]
    match rng.randrange(5):
        case 0:
            return text[:place] + text[place + 1 :]
        case 1:
            return text[:place] + letter + text[place:]
        case 2:
            return text[:place] + text[place + 1] + letter + text[place + 2 :]
        case 3:
            near = rng.choice(_NEIGHBOURS.get(letter.lower(), string.ascii_lowercase))
            return text[:place] + near + text[place + 1 :]
        case _:
            return text[:place] + " " + text[place:] if letter != " " else text[:place] + text[place + 1 :]


def _scanned(text: str, rng: random.Random) -> str:
    seen = [pair for pair in _OPTICAL if pair[0] in text]
    if not seen:
        return text
    wrong, read = rng.choice(seen)
    return text.replace(wrong, read, 1)


def typing_noise(lists: Lists, rng: random.Random) -> Iterator[Line]:
    """Keyboard slips, optical reading, capitals, cut columns, digits swapped, cells left empty."""
    for line in lists.lines:
        name, commune = _typed_identity(line, rng)
        title, amount = line.title, line.amount
        if rng.random() < 0.35:
            title = _mistyped(title, rng)
        if not line.awarded and rng.random() < 0.2:
            title = title[:22]
        if amount is not None and rng.random() < 0.3:
            amount = _rounded(amount)
        if not line.awarded and rng.random() < 0.25:
            amount = None
        siren = _mistyped_number(line.siren, rng)
        yield replace(line, name=name, commune=commune, title=title, siren=siren, amount=amount)


def _typed_identity(line: Line, rng: random.Random) -> tuple[str, str]:
    name, commune = line.name, line.commune
    if rng.random() < 0.35:
        name = rng.choice((_mistyped, _scanned))(name, rng)
    if rng.random() < 0.4:
        name, commune = name.upper(), commune.upper()
    if rng.random() < 0.15:
        name = name[:18]
    if rng.random() < 0.15:
        commune = _mistyped(commune, rng)
    return name, "" if rng.random() < 0.15 else commune


def _mistyped_number(siren: str, rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.45:
        return ""
    if draw < 0.6 and len(siren) == len("123456789"):
        place = rng.randrange(len(siren) - 1)
        swapped = siren[:place] + siren[place + 1] + siren[place] + siren[place + 2 :]
        return rng.choice((swapped, siren[:place] + rng.choice("0123456789") + siren[place + 1 :]))
    return siren


def _rounded(amount: Decimal) -> Decimal:
    """To the nearest ten thousand euros, as people remember it."""
    least = 100_000
    return Decimal(round(amount, -4)) if amount >= least else amount


# ------------------------------------------------------------------------ (b) funders' habits

_FORMS_IN_FULL = {
    "SAS": ("S.A.S.", "société par actions simplifiée", "SAS"),
    "SARL": ("S.A.R.L.", "Société à responsabilité limitée", "Sarl"),
    "SA": ("S.A.", "Société anonyme", "SA"),
    "SASU": ("S.A.S.U.", "SAS unipersonnelle", "SASU"),
    "EURL": ("E.U.R.L.", "Sarl unipersonnelle", "EURL"),
}
_OTHER_WORDS = {
    "presse": ("Nouvelle presse 400 T", "Acquisition d'une presse hydraulique", "Modernisation atelier emboutissage"),
    "four": ("Four de traitement thermique", "Investissement traitement thermique sous vide", "Nouveau four"),
    "usinage": ("Acquisition machine-outil à commande numérique", "CU 5 axes", "Nouveau centre d'usinage"),
    "peinture": ("Installation de thermolaquage", "Atelier de peinture", "Chaîne de laquage"),
    "grenaillage": ("Grenailleuse", "Équipement de traitement de surface", "Acquisition grenailleuse"),
    "soudure": ("Cellule de soudage robotisée", "Robotisation de la soudure", "Robot de soudure"),
    "batiment": ("Agrandissement des locaux", "Construction d'un hall logistique", "Permis extension"),
    "chaleur": ("Chaufferie bois", "Décarbonation : chaudière bois énergie", "Fonds chaleur - chaufferie biomasse"),
    "mesure": ("Machine à mesurer tridimensionnelle", "Équipement de métrologie", "MMT"),
    "lavage": ("Machine de dégraissage", "Laveuse US", "Bains de lavage"),
    "laser": ("Machine laser fibre", "Acquisition laser de découpe", "Découpe laser"),
    "emballage": ("Conditionneuse", "Automatisation fin de ligne", "Ligne d'emballage"),
    "solaire": ("Panneaux solaires", "Ombrières et toiture PV", "Autoconsommation photovoltaïque"),
    "informatique": ("Progiciel de gestion intégré", "Transformation numérique - ERP", "Changement de logiciel"),
    "reprise": ("Transmission", "Prêt transmission", "Rachat par les salariés"),
    "eau": ("Mise aux normes rejets aqueux", "STEP industrielle", "Épuration des eaux de process"),
    "air": ("Efficacité énergétique air comprimé", "Remplacement compresseurs", "Production d'air comprimé"),
    "recherche": ("R&D alliages", "Développement d'un nouveau matériau", "Aide à l'innovation"),
    "injection": ("Presse injection plastique", "Renouvellement presse à injecter", "Parc d'injection"),
    "froid": ("Installation frigorifique", "Cave d'affinage réfrigérée", "Production de froid"),
}
_MEASURES = (
    "Aide à l'investissement productif",
    "Soutien à la modernisation de l'outil de production",
    "Plan de relance - industrie",
    "PME investissement",
    "Projet de développement",
)


def _spoilt_number(siren: str, rng: random.Random) -> str:
    siret = f"{siren}000{rng.randrange(10, 99)}"
    return rng.choice(
        (
            siret,
            f"{siren[:3]} {siren[3:6]} {siren[6:]}",
            f"{siren}.0",
            f"{siren}00000",
            f"{siren[0]}.{siren[1:3]}E+13",
            f"{siren[0]},{siren[1:6]}E+13",
            f"{siren[:6]}00000000",
            siren.lstrip("0"),
        )
    )


def office_noise(lists: Lists, rng: random.Random) -> Iterator[Line]:
    """How funders write: forms in full, groups, trade names, their own titles, aid, parts of the cost, k€."""
    works = {work.id: work for work in lists.world.works}
    for line in lists.lines:
        siren = "" if not line.siren or rng.random() < 0.45 else _spoilt_number(line.siren, rng)
        told = replace(
            line, name=_office_name(line, lists.world, rng), siren=siren, commune=_office_commune(line.commune, rng)
        )
        if line.awarded:
            yield told
            continue
        amount, is_aid = _office_amount(line, works.get(line.project), rng)
        yield replace(told, title=_office_title(line.title, rng), amount=amount, is_aid=is_aid)


def _office_name(line: Line, world: World, rng: random.Random) -> str:
    being = world.being(line.firm) if line.firm else None
    for other in (being.trade_name, being.former_name, being.group) if being else ():
        if other and rng.random() < 0.4:
            return other
    form = next((word for word in reversed(line.name.split()) if word in FORMS), "")
    bare = line.name.removesuffix(form).strip()
    said = rng.choice(_FORMS_IN_FULL[form]) if form else ""
    return rng.choice((f"{bare} {said}", f"{said} {bare}", bare, f"Ets {bare}", bare.upper()))


def _office_commune(commune: str, rng: random.Random) -> str:
    if commune in FORMER and rng.random() < 0.7:
        commune = rng.choice(FORMER[commune])
    return rng.choice((commune, commune.upper(), f"52000 {commune.upper()} CEDEX", commune, ""))


def _office_title(title: str, rng: random.Random) -> str:
    kind = next((kind for kind, known in OBJECTS if known == title), "")
    if kind and rng.random() < 0.6:
        title = rng.choice(_OTHER_WORDS[kind])
    return rng.choice(_MEASURES) if title and rng.random() < 0.15 else title


def _office_amount(line: Line, work: Work | None, rng: random.Random) -> tuple[Decimal | None, bool]:
    """The aid, one lot of the cost, thousands or millions, nothing, a round figure; else the cost."""
    if line.amount is None:
        return None, False
    amount, draw = line.amount, rng.random()
    if draw < 0.25:
        return (amount * rng.randrange(10, 50) / 100).quantize(Decimal(1)), rng.random() < 0.5
    if draw < 0.40 and work is not None:
        return Decimal(rng.choice(work.costs)), False
    if draw < 0.56:
        scaled = amount / 1000 if draw < 0.52 else (amount / 1_000_000).quantize(Decimal("0.01"))
        return scaled, False
    if draw < 0.75:
        return None, False
    return _rounded(amount) if draw < 0.9 else amount, False


# --------------------------------------------------------------------------- (c) confusions


def _neighbour_name(surname: str, rng: random.Random) -> str:
    """Another family of the country: Pruvot beside Pruvost, Vautier beside Vauthier."""
    inside = rng.randrange(2, len(surname) - 1)
    return rng.choice((surname[:inside] + surname[inside + 1 :], surname + rng.choice(("t", "s", "e")), surname[:-1]))


def _strangers(world: World, rng: random.Random) -> Iterator[tuple[Being, Being]]:
    """Firms out of the census that look like firms of it, with the one that each looks like."""
    places = list(COMMUNES)
    taken = {(being.name, being.commune) for being in world.beings}
    for being in world.beings:
        other = rng.choice([place for place in places if place != being.commune])
        forms, trades = rng.choice(FORMS), rng.choice([trade for trade in TRADES if trade != being.trade])
        near = _neighbour_name(being.surname, rng)
        for draw, name, place in (
            (0.12, being.name, other),  # homonym elsewhere
            (0.15, being.name.replace(being.surname, near), being.commune),  # near name, next door
            (
                0.12,
                f"{being.surname} {rng.choice(('Immobilier', 'Holding', 'Développement', 'Distribution', 'Services'))}",
                being.commune,
            ),
            (0.10, f"{trades} {being.surname}", being.commune),  # another trade, same family
            (0.08, f"SCI {being.surname}", being.commune),
            (0.10, f"{trades} {rng.choice(RIVERS)}", being.commune),
            (0.06, f"{being.trade} {COMMUNES[being.commune]}", being.commune),
            (0.05, being.surname, other),
        ):
            if rng.random() < draw and (name, place) not in taken:
                yield replace(being, id="", name=name, form=forms, siren=checked(rng), commune=place), being


def confusing_noise(lists: Lists, rng: random.Random) -> Iterator[Line]:
    """Look-alikes of every kind beside the right lines, which are written plainly."""
    world = lists.world
    for line in lists.lines:
        siren = line.siren if rng.random() < 0.5 else ""
        if line.siren and rng.random() < 0.02:
            siren = rng.choice(world.beings).siren  # the number of the row above, copied by mistake
        yield replace(line, siren=siren, commune=line.commune if rng.random() < 0.85 else "")
    for stranger, like in _strangers(world, rng):
        # Not the very project of the firm that it looks like: without a place or a number, nobody could tell.
        work = rng.choice([work for work in world.works if work.firm != like.id])
        line = _line_of(stranger, rng.choice(PARTNERS), replace(work, id=""))
        if rng.random() < 0.5:
            line = replace(line, amount=Decimal(rng.randrange(40, 900) * 1000))
        yield replace(
            line,
            siren=line.siren if rng.random() < 0.4 else "",
            commune=line.commune if rng.random() < 0.85 else "",
            project="",
        )
    for work in rng.sample(world.works, 14):
        # Another project of the same firm: an older one, the next machine, a study.
        being = world.being(work.firm)
        title = rng.choice(
            (
                work.title.replace("400", "250").replace("5 axes", "3 axes").replace("250 tonnes", "80 tonnes"),
                f"{work.title} (tranche 2018)",
                f"Étude préalable : {work.title.lower()}",
                rng.choice(OBJECTS)[1],
                work.title,
            )
        )
        if any(other.title == title and other.firm == work.firm for other in world.works):
            title = f"Maintenance : {title.lower()}"
        amount = rng.randrange(20, 1500) * 1000
        while title == work.title and abs(amount - work.cost) * 2 < work.cost:
            # Same title and same amount: the same project for everybody, this would be no test.
            amount = rng.randrange(20, 1500) * 1000
        siren = being.siren if rng.random() < 0.5 else ""
        line = replace(_line_of(being, rng.choice(PARTNERS), work), siren=siren, title=title, amount=Decimal(amount))
        yield replace(line, project="", awarded=True)


# ------------------------------------------------------------------------------ the whole mission

Model = Callable[[Lists, random.Random], Iterator[Line]]


def everything(lists: Lists, rng: random.Random) -> Iterator[Line]:
    """The three at once."""
    confused = Lists(lists.world, list(confusing_noise(lists, rng)))
    administered = Lists(lists.world, list(office_noise(confused, rng)))
    yield from typing_noise(administered, rng)


MODELS: dict[str, Model] = {
    "frappe": typing_noise,
    "administration": office_noise,
    "confusions": confusing_noise,
    "tout": everything,
}


def planted(model: str, seed: int, *, firms: int = 44, known: int = 60, unknown: int = 28) -> Mission:
    """A mission whose lists went through a noise model."""
    rng = random.Random(f"{model} {seed}")
    world = make_world(seed, firms=firms, known=known, unknown=unknown)
    lines = list(MODELS[model](clean_lists(world, rng), rng))
    rng.shuffle(lines)
    entries, true_firms, true_projects = [], set(), set()
    for rank, line in enumerate(lines, start=1):
        entry_id = f"L{rank:04}"
        entries.append(_entry(entry_id, line))
        if line.firm:
            true_firms.add((line.firm, entry_id))
        if line.project:
            true_projects.add((line.project, entry_id))
    return Mission(
        census=census_of(world, entries, groups_told=0.7),
        gazetteer=gazetteer(),
        true_firms=true_firms,
        true_projects=true_projects,
    )


def _entry(entry_id: str, line: Line) -> PartnerEntry:
    return PartnerEntry(
        id=entry_id,
        partner=line.partner,
        firm_name=line.name,
        siren=maybe_siren(line.siren),
        commune=line.commune,
        project_title=line.title,
        amount=UNKNOWN if line.amount is None else line.amount,
        amount_is="aide" if line.is_aid else UNKNOWN,
    )
