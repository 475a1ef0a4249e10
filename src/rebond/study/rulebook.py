"""All that a mission's steps read besides the census: catalogue, grids, thresholds, templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rebond.data import catalogue_part
from rebond.data.referentials import Axis, load_axes
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.organisations import named_by
from rebond.eligibility.naf import divisions, load_activities
from rebond.errors import CatalogueError, Fault, gathered
from rebond.facts import Census
from rebond.linkage.rules import LinkageRules
from rebond.linkage.rules import load_rules as load_linkage_rules
from rebond.maturity import Grid, load_grid
from rebond.plausibility import Examination, PlausibilityRules, examine, load_plausibility
from rebond.portfolio.scoring import SelectionGrid, load_selection_grid
from rebond.referrals.orient import OrientationRules, load_orientation_rules
from rebond.regimes.gross_grant_equivalent import ReferenceRates, load_reference_rates
from rebond.regimes.sme import SizeThresholds, load_thresholds
from rebond.roadmap.build import ActionTemplate, load_action_templates


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """Everything that the mission's steps read besides the census: catalogue, grids, thresholds, templates."""

    catalogue: Catalogue
    sizes: SizeThresholds
    maturity: Grid
    selection: SelectionGrid
    orientation: OrientationRules
    actions: tuple[ActionTemplate, ...]
    axes: tuple[Axis, ...]
    rates: ReferenceRates
    linkage: LinkageRules
    plausibility: PlausibilityRules
    sectors: Mapping[str, str]
    """Division of activities → its label."""


def load_rulebook(folder: Path) -> Rulebook:
    """Everything under ``data/``; raises ``CatalogueError`` with every fault of every file."""
    home = catalogue_part(folder, "referentiels")
    faults: list[Fault] = []
    with gathered(faults):
        catalogue = load_catalogue(folder)
    with gathered(faults):
        sizes = load_thresholds(home / "taille_ue.yaml")
    with gathered(faults):
        maturity = load_grid(home / "maturite.yaml")
    with gathered(faults):
        selection = load_selection_grid(home / "selection.yaml")
    with gathered(faults):
        orientation = load_orientation_rules(home / "orientation.yaml")
    with gathered(faults):
        actions = load_action_templates(home / "feuille_de_route.yaml")
    with gathered(faults):
        rates = load_reference_rates(home / "taux_reference.yaml")
    with gathered(faults):
        linkage = load_linkage_rules(home)
    with gathered(faults):
        plausibility = load_plausibility(home)
    if faults:
        raise CatalogueError(faults)
    rulebook = Rulebook(
        catalogue=catalogue,
        sizes=sizes,
        maturity=maturity,
        selection=selection,
        orientation=orientation,
        actions=actions,
        axes=load_axes(home),
        rates=rates,
        linkage=linkage,
        plausibility=plausibility,
        sectors=divisions(load_activities(home / "naf.csv")),
    )
    if faults := [*_unknown_organisations(rulebook), *_axes_without_action(rulebook)]:
        raise CatalogueError(faults)
    return rulebook


def _unknown_organisations(rulebook: Rulebook) -> Iterable[Fault]:
    """Organisations that a referential names and that the catalogue does not hold."""
    leaders = [code for action in rulebook.actions for code in (action.owner, *action.partners)]
    for name, codes in (("orientation", rulebook.orientation.organisations), ("feuille_de_route", leaders)):
        for code in dict.fromkeys(codes):
            if not named_by(code, rulebook.catalogue.organisations):
                mend = "employer un code de referentiels/organisations.csv, ou l'y ajouter"
                yield Fault(where=f"referentiels/{name}.yaml", found=code, problem="organisation inconnue", mend=mend)


def _axes_without_action(rulebook: Rulebook) -> Iterable[Fault]:
    """Axes of which a need could fall into no action."""
    for axis in rulebook.axes:
        if not any(action.axis == axis.code and not action.words for action in rulebook.actions):
            mend = "ajouter une action de cet axe, sans mots clés"
            problem = "aucune action n'accueille les autres besoins de cet axe"
            yield Fault(where="referentiels/feuille_de_route.yaml", found=axis.code, problem=problem, mend=mend)


def examine_census(census: Census, rulebook: Rulebook, *, on: date) -> Examination:
    """What in a census cannot be, is to be confirmed, or is worth knowing at a date."""
    return examine(census, rulebook.plausibility, regimes=rulebook.catalogue.regimes, on=on)
