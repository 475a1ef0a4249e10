"""What a catalogue covers in a territory: dispositifs by scale and theme, zones, organisations, and whom to ask."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif
from rebond.dispositifs.organisations import Organisation
from rebond.dispositifs.screening import whole_criterion
from rebond.eligibility.places import ZONE_FACTS, Commune, place_codes
from rebond.eligibility.truth import Truth
from rebond.eligibility.values import leaves_of
from rebond.facts import UNKNOWN, FactValue


class Scale(enum.Enum):
    """How wide the place of a dispositif is."""

    NATIONAL = "national"
    REGIONAL = "regional"
    LOCAL = "local"

    @property
    def label(self) -> str:
        """The word shown to people."""
        return {"national": "nationaux", "regional": "régionaux", "local": "locaux"}[self.value]


BASIN = "agence_eau"
_PLACE_FACTS = ("code_commune", "departement", "region", "epci")


def scale_of(dispositif: Dispositif, catalogue: Catalogue) -> Scale:
    """The scale of a dispositif: national when its place refuses it in less than half of the regions.

    Otherwise regional, unless its conditions name départements, intercommunalities or communes.
    """
    criterion = whole_criterion(dispositif)
    named = {name for leaf in leaves_of(criterion) for name in leaf.names}.intersection(_PLACE_FACTS)
    if not named:
        return Scale.NATIONAL
    refused = [criterion.truth(place_codes(commune)) is Truth.NO for commune in catalogue.gazetteer.one_a_region]
    if 2 * sum(refused) < len(refused):
        return Scale.NATIONAL
    return Scale.REGIONAL if named == {"region"} else Scale.LOCAL


def works_there(organisations: Mapping[str, Organisation], communes: Sequence[Commune]) -> dict[str, Truth]:
    """Whether each organisation works in one of these communes at least, by its code."""
    # A territory of three hundred communes is in a few départements and intercommunalities.
    apart = {(commune.departement, commune.region, commune.epci): commune for commune in communes}.values()
    return {code: one.covers_any(apart) for code, one in organisations.items()}


def foreign(organisations: Mapping[str, Organisation], communes: Sequence[Commune]) -> frozenset[str]:
    """The organisations that work elsewhere: none when nobody knows where the territory is."""
    return refused(works_there(organisations, communes))


def refused(works: Mapping[str, Truth]) -> frozenset[str]:
    """Those that work in none of the places looked at."""
    return frozenset(code for code, there in works.items() if there is Truth.NO)


@dataclass(frozen=True, kw_only=True)
class ZoneCoverage:
    """What is known of a zonage in a territory."""

    name: str
    known: int
    """Communes whose zone is known."""
    total: int
    values: Mapping[str, int]
    unread: int = 0
    """Communes, among the known, whose zone nobody read in a source."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the catalogue does not know of a territory, and whom to ask."""

    subject: str
    text: str
    ask: str


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What a catalogue covers in a territory."""

    communes: tuple[Commune, ...]
    dispositifs: Mapping[Scale, tuple[Dispositif, ...]]
    """Those that the place refuses nowhere in the whole territory, whatever their dates."""
    themes: Mapping[str, Mapping[Scale, int]]
    zones: tuple[ZoneCoverage, ...]
    organisations: tuple[Organisation, ...]
    to_check: tuple[Organisation, ...]
    """Organisations of which nobody knows whether they work there: never proposed."""
    questions: tuple[Question, ...]

    @property
    def departements(self) -> tuple[str, ...]:
        """Codes of the départements of the territory."""
        return tuple(sorted({commune.departement for commune in self.communes}))

    @property
    def regions(self) -> tuple[str, ...]:
        """Codes of its regions."""
        return tuple(sorted({commune.region for commune in self.communes}))


def coverage_of(catalogue: Catalogue, communes: Sequence[Commune], on: date) -> Coverage:
    """What a catalogue covers in the communes of a territory at a date."""
    works = works_there(catalogue.organisations, communes)
    elsewhere = refused(works)
    places = [catalogue.zonages.facts_of(commune, on) for commune in communes]
    known = {*_PLACE_FACTS, *ZONE_FACTS.values()}
    found = tuple(
        dispositif
        for dispositif in catalogue.dispositifs.values()
        if dispositif.funder not in elsewhere and _open_somewhere(dispositif, places, known)
    )
    scales = {dispositif.id: scale_of(dispositif, catalogue) for dispositif in found}
    themes: dict[str, Counter[Scale]] = {}
    for dispositif in found:
        for theme in dispositif.fields:
            themes.setdefault(theme, Counter())[scales[dispositif.id]] += 1
    by_scale = {scale: tuple(item for item in found if scales[item.id] is scale) for scale in Scale}
    zones = tuple(_zone(name, catalogue, communes, on) for name in ZONE_FACTS)
    here = tuple(catalogue.organisations[code] for code, truth in works.items() if truth is Truth.YES)
    basin_known = any(zone.name == BASIN and zone.known == zone.total for zone in zones)
    unsure = (catalogue.organisations[code] for code, truth in works.items() if truth is Truth.UNKNOWN)
    to_check = tuple(one for one in unsure if not (basin_known and _is_water_agency(one)))
    return Coverage(
        communes=tuple(communes),
        dispositifs=by_scale,
        themes=themes,
        zones=zones,
        organisations=here,
        to_check=to_check,
        questions=tuple(_questions(catalogue, communes, by_scale, zones, here, to_check)),
    )


def _is_water_agency(organisation: Organisation) -> bool:
    """Each commune is in one basin: of a basin that is known, the other agencies are not to be asked."""
    return "eau" in organisation.fields


def away_from(catalogue: Catalogue, communes: Sequence[Commune], on: date) -> frozenset[str]:
    """Dispositifs that the place refuses in every commune by its codes and its basin alone, whatever the aid zones."""
    places = [
        place_codes(commune) | {BASIN: catalogue.zonages.zone_of(BASIN, commune, on).value} for commune in communes
    ]
    known = {*_PLACE_FACTS, BASIN}
    return frozenset(
        key for key, item in catalogue.dispositifs.items() if places and not _open_somewhere(item, places, known)
    )


def _open_somewhere(dispositif: Dispositif, places: Sequence[Mapping[str, FactValue]], known: Collection[str]) -> bool:
    criterion = whole_criterion(dispositif)
    named = {name for leaf in leaves_of(criterion) for name in leaf.names}.intersection(known)
    if not named:
        return True
    different = {tuple((name, place[name]) for name in sorted(named)) for place in places}
    return any(criterion.truth(dict(values)) is not Truth.NO for values in different)


def _zone(name: str, catalogue: Catalogue, communes: Sequence[Commune], on: date) -> ZoneCoverage:
    zones = [catalogue.zonages.zone_of(name, commune, on) for commune in communes]
    known = [zone.value for zone in zones if zone.value is not UNKNOWN]
    unread = sum(zone.assumed for zone in zones)
    return ZoneCoverage(name=name, known=len(known), total=len(zones), values=Counter(known), unread=unread)


def _questions(
    catalogue: Catalogue,
    communes: Sequence[Commune],
    dispositifs: Mapping[Scale, tuple[Dispositif, ...]],
    zones: Iterable[ZoneCoverage],
    here: Iterable[Organisation],
    to_check: Iterable[Organisation],
) -> Iterable[Question]:
    funders = {item.funder for found in dispositifs.values() for item in found}
    for organisation in here:
        if organisation.role == "financeur_local" and organisation.code not in funders:
            text = "Quelles aides aux entreprises industrielles, avec quel règlement, quels taux et quels plafonds ?"
            yield Question(subject=organisation.name, text=text, ask=organisation.name)
    for epci in dict.fromkeys(commune.epci for commune in communes if commune.epci):
        name = catalogue.gazetteer.epcis.get(epci, epci)
        if not any(("epci", epci) in catalogue.organisations[code].reach.places for code in funders):
            text = "Quelle aide à l'immobilier d'entreprise (CGCT, art. L. 1511-3), avec quel règlement ?"
            yield Question(subject=name, text=text, ask=name)
    for zone in zones:
        if zone.known < zone.total:
            text, ask = _ZONE_QUESTIONS[zone.name]
            unknown = zone.total - zone.known
            text = f"{text} (inconnu pour {unknown} communes sur {zone.total})"
            yield Question(subject=ZONE_LABELS[zone.name], text=text, ask=ask)
        if zone.unread:
            text, ask = _ZONE_QUESTIONS[zone.name]
            text = f"{text} (de mémoire, à vérifier pour {zone.unread} communes sur {zone.total})"
            yield Question(subject=ZONE_LABELS[zone.name], text=text, ask=ask)
    for organisation in (one for one in to_check if not _is_water_agency(one)):
        yield Question(subject=organisation.name, text=place_question(organisation), ask=organisation.name)


def place_question(organisation: Organisation) -> str:
    """What to ask an organisation of which nobody knows exactly where it works."""
    return f"Dans quelles communes travaille-t-elle ? ({organisation.source or 'aucune source'})"


ZONE_LABELS = {
    "afr": "Zone d'aide à finalité régionale",
    "frr": "France ruralités revitalisation",
    "ftj": "Fonds pour une transition juste",
    "territoire_industrie": "Territoires d'industrie",
    "agence_eau": "Agence de l'eau",
}
_ZONE_QUESTIONS = {
    "afr": (
        "Quelles communes sont classées ? À importer : « rebond zonage import afr »",
        "data.gouv.fr (décret 2022-968) ; préfecture",
    ),
    "frr": ("Classement des communes bénéficiaires ou classées en partie", "préfecture"),
    "ftj": ("Le département est-il dans une zone du Fonds pour une transition juste ?", "DREETS"),
    "territoire_industrie": ("L'intercommunalité est-elle membre d'un Territoire d'industrie ?", "ANCT"),
    "agence_eau": ("De quelle agence de l'eau dépend chaque commune ?", "agence de l'eau (arrêté du 17 mars 2023)"),
}


def coverage_alert(coverage: Coverage, region_names: Mapping[str, str]) -> str:
    """The first thing to say of a territory that the catalogue covers badly; empty when it does not."""
    regional, local = coverage.dispositifs[Scale.REGIONAL], coverage.dispositifs[Scale.LOCAL]
    if not coverage.communes or (regional and local):
        return ""
    national = len(coverage.dispositifs[Scale.NATIONAL])
    regions = ", ".join(region_names.get(code, code) for code in coverage.regions)
    if not regional and not local:
        lacks = (
            f"aucun dispositif régional ni local ({regions}) n'y est, {national} dispositifs nationaux sont examinés"
        )
    elif not regional:
        lacks = f"aucun dispositif de la région ({regions}) n'y est"
    else:
        lacks = "aucun dispositif du département ni des intercommunalités n'y est"
    outside = "hors de ce que le catalogue couvre" if not regional else "mal couvert par le catalogue"
    return (
        f"Territoire {outside} : {lacks}, et les plans peuvent manquer des aides. L'équipe de la mission peut y "
        "ajouter celles qu'elle connaît."
    )
