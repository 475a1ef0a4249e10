"""A mission with the truth planted: firms, projects, and who of the partners really knows which project.

The world says nothing of how a line is written: that is for the noise models (``_linkage_noise``).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from rebond.eligibility.places import Commune, FormerCommune, FormerKind, Gazetteer
from rebond.facts import (
    UNKNOWN,
    Census,
    CostLine,
    Envelope,
    Establishment,
    Firm,
    FirmLink,
    LinkKind,
    Maybe,
    MissionSettings,
    PartnerEntry,
    Project,
    Siren,
)

YEAR = 2026
COMMUNES = {
    "52121": "Chaumont",
    "52269": "Langres",
    "52353": "Nogent",
    "52332": "Val-de-Meuse",
    "52058": "Bologne",
    "52432": "Rolampont",
    "52449": "Saints-Geosmes",
    "52125": "Chalindrey",
    "52060": "Bourbonne-les-Bains",
    "52405": "Le Montsaugeonnais",
    "52187": "Fayl-Billot",
    "52031": "Biesles",
}
FORMER = {
    "Val-de-Meuse": ("Montigny-le-Roi", "Provenchères-sur-Meuse"),
    "Le Montsaugeonnais": ("Prauthoy", "Vaux-sous-Aubigny"),
}
RIVERS = ("de la Suize", "du Bassigny", "de la Traire", "du Plateau", "de la Marne", "du Val")
TRADES = (
    "Mécanique", "Fonderie", "Forges", "Décolletage", "Menuiserie", "Tôlerie", "Plastiques", "Scierie", "Outillage",
    "Fromagerie", "Usinage", "Coutellerie", "Chaudronnerie", "Imprimerie", "Maroquinerie", "Salaisons",
)  # fmt: skip
SURNAMES = (
    "Pruvost", "Vauthier", "Lefebvre", "Goujon", "Bertrand", "Marchal", "Humblot", "Perrin", "Collas", "Thévenot",
    "Guillaumot", "Roussel", "Petitjean", "Mongin", "Royer", "Aubriot", "Cornevin", "Dormoy", "Febvre", "Garnier",
    "Henriot", "Jacquot", "Lallement", "Mathieu", "Noirot", "Oudin", "Parisot", "Renard", "Simonnot", "Thiébaut",
    "Voillemin", "Carteret", "Delanne", "Michelot", "Bourgeois", "Couturier", "Drouot", "Gauthier", "Poinsot", "Minot",
)  # fmt: skip
BRANDS = (
    "Manuval",
    "Calorval",
    "Alticob",
    "Nozerel",
    "Cristalban",
    "Aubélise",
    "Sofrapex",
    "Métalor",
    "Thermelec",
    "Ovalpac",
)
FORMS = ("SAS", "SARL", "SA", "SASU", "EURL")
OBJECTS: tuple[tuple[str, str], ...] = (
    ("presse", "Presse hydraulique 400 tonnes"),
    ("four", "Four de trempe sous vide"),
    ("usinage", "Centre d'usinage 5 axes"),
    ("peinture", "Ligne de peinture poudre"),
    ("grenaillage", "Cabine de grenaillage"),
    ("soudure", "Îlot robotisé de soudage"),
    ("batiment", "Extension du bâtiment de stockage"),
    ("chaleur", "Chaudière biomasse"),
    ("mesure", "Banc de contrôle tridimensionnel"),
    ("lavage", "Laveuse à ultrasons"),
    ("laser", "Découpe laser fibre"),
    ("emballage", "Ligne de conditionnement automatique"),
    ("solaire", "Centrale photovoltaïque en toiture"),
    ("informatique", "Remplacement de l'ERP"),
    ("reprise", "Reprise de l'entreprise par deux cadres"),
    ("eau", "Station de traitement des effluents"),
    ("air", "Compresseurs d'air à vitesse variable"),
    ("recherche", "Prototype d'alliage allégé"),
    ("injection", "Presse à injecter électrique 250 tonnes"),
    ("froid", "Groupe froid et chambre de maturation"),
)


@dataclass(frozen=True, slots=True)
class Being:
    """A firm as it really is, in the census or not."""

    id: str
    surname: str
    trade: str
    name: str
    form: str
    siren: str
    commune: str
    trade_name: str = ""
    former_name: str = ""
    group: str = ""
    """The group's name; several firms may share it."""


@dataclass(frozen=True, slots=True)
class Work:
    """A project as it really is."""

    id: str
    firm: str
    kind: str
    title: str
    costs: tuple[int, ...]

    @property
    def cost(self) -> int:
        """All its cost lines."""
        return sum(self.costs)


@dataclass(slots=True)
class World:
    """What is true."""

    rng: random.Random
    beings: list[Being] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    shared: list[Work] = field(default_factory=list)
    """Projects that at least one partner really has."""

    def being(self, firm_id: str) -> Being:
        """A firm of the census."""
        return next(being for being in self.beings if being.id == firm_id)


@dataclass(slots=True)
class Mission:
    """A census with partners' lists, and the pairs that are true."""

    census: Census
    gazetteer: Gazetteer
    true_firms: set[tuple[str, str]]
    true_projects: set[tuple[str, str]]


def checked(rng: random.Random) -> str:
    """A SIREN whose key holds."""
    digits = f"{rng.randrange(30_000_000, 95_000_000)}"
    total = sum(sum(divmod(int(digit) * (2 if rank % 2 else 1), 10)) for rank, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def make_world(seed: int, *, firms: int = 44, known: int = 60, unknown: int = 28) -> World:
    """About two projects a firm; the known ones first drawn at random."""
    rng = random.Random(seed)
    world = World(rng)
    surnames = rng.sample(SURNAMES, len(SURNAMES))
    brands = rng.sample(BRANDS, len(BRANDS))
    places = list(COMMUNES)
    taken: set[str] = set()
    for rank in range(firms):
        trade, commune = rng.choice(TRADES), rng.choice(places)
        surname = surnames[rank % len(surnames)]
        name = rng.choice(
            (f"{trade} {surname}", f"{surname} {trade}", f"{surname} et Fils", f"Établissements {surname}")
        )
        if rng.random() < 0.15:
            name = f"{trade} {rng.choice(RIVERS)}"
        elif rng.random() < 0.15 and brands:
            name = brands.pop()
        if name in taken:
            name = f"{trade} {surname} {rng.choice(('Industrie', 'Technologies'))}"
        taken.add(name)
        brand = f"{rng.choice(('Ateliers', 'Comptoir', 'Manufacture'))} {surname[:4]}val"
        former = f"{rng.choice(TRADES)} {rng.choice(SURNAMES)}"
        world.beings.append(
            Being(
                id=f"E{rank:03}",
                surname=surname,
                trade=trade,
                name=name,
                form=rng.choice(FORMS),
                siren=checked(rng),
                commune=commune,
                trade_name=brand if rng.random() < 0.15 else "",
                former_name=former if rng.random() < 0.12 else "",
            )
        )
    for first, second in ((0, 1), (2, 3)):
        # Two pairs of sisters: one group, two firms of the census.
        for index in (first, second):
            world.beings[index] = replace(world.beings[index], group=f"Groupe {world.beings[first].surname}")
    for index in (5, 6, 7):
        world.beings[index] = replace(world.beings[index], group=f"{world.beings[index].surname} Participations")
    owners = [being.id for being in world.beings]
    drawn = owners + [rng.choice(owners) for _ in range(known + unknown - firms)]
    used: dict[str, set[str]] = {owner: set() for owner in owners}
    for rank, owner in enumerate(drawn):
        kind, title = rng.choice([pair for pair in OBJECTS if pair[0] not in used[owner]])
        used[owner].add(kind)
        costs = tuple(rng.randrange(30, 900) * 1000 for _ in range(rng.choice((1, 2, 2, 3))))
        world.works.append(Work(id=f"P{rank:03}", firm=owner, kind=kind, title=title, costs=costs))
    world.shared = rng.sample(world.works, known)
    return world


def census_of(world: World, entries: list[PartnerEntry], *, groups_told: float = 1.0) -> Census:
    """What the consultants recorded; ``groups_told`` is the share of firms whose group they know."""
    settings = MissionSettings(
        name="Banc d'essai", territory="Banc d'essai", epcis=(), committee_on=date(YEAR, 10, 5),
        envelope=Envelope(contributions=()), fictitious=True,
    )  # fmt: skip
    return Census(
        settings=settings,
        firms=tuple(_firm(world, being, groups_told) for being in world.beings),
        interviews=(),
        projects=tuple(_project(work) for work in world.works),
        partner_entries=tuple(entries),
    )


def _firm(world: World, being: Being, groups_told: float) -> Firm:
    told = bool(being.group) and world.rng.random() < groups_told
    others = tuple(name for name in (being.former_name, being.trade_name) if name)
    return Firm(
        id=being.id,
        name=f"{being.name} {being.form}",
        siren=Siren(being.siren),
        establishment=Establishment(commune=being.commune),
        legal_form=being.form,
        trade=being.trade,
        former_names=others,
        links=(FirmLink(name=being.group, kind=LinkKind.LINKED),) if told else (),
    )


def _project(work: Work) -> Project:
    costs = tuple(
        CostLine(id=str(rank), nature="materiel", amount=Decimal(cost), year=YEAR + 1)
        for rank, cost in enumerate(work.costs, start=1)
    )
    return Project(id=work.id, firm_id=work.firm, title=work.title, costs=costs)


def gazetteer() -> Gazetteer:
    """The communes of the world, and those that merged."""
    codes = {name: code for code, name in COMMUNES.items()}
    return Gazetteer(
        communes={
            code: Commune(code=code, name=name, departement="52", region="44", epci="", population=0)
            for code, name in COMMUNES.items()
        },
        epcis={},
        regions={},
        former=tuple(
            FormerCommune(code=f"52X{rank:02}", name=old, within=codes[present], kind=FormerKind.DELEGATED)
            for present, olds in FORMER.items()
            for rank, old in enumerate(olds)
        ),
    )


def maybe_siren(text: str) -> Maybe[Siren]:
    """What stands in the partner's column."""
    return Siren(text) if text else UNKNOWN
