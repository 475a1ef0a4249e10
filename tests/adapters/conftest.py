"""The layout and the gazetteer, read once; a small valid workbook, and how to plant faults in it."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rebond.adapters.workbook import Layout, load_layout, read_census, regime_codes, write_workbook
from rebond.data import data_folder
from rebond.eligibility.places import Gazetteer, load_gazetteer
from rebond.errors import CensusError, Fault
from rebond.facts import Census

SMALL_MISSION: dict[str, Any] = {
    "mission": {
        "nom": "Mission d'essai",
        "territoire": "Chaumont et Langres",
        "epci": "200068658, 200072999",
        "date_comite": date(2026, 11, 20),
        "taux_max_enveloppe": Decimal("0.8"),
        "zonage_afr": "c",
        "source_zonage_afr": "hypothèse d'essai",
        "donnees_fictives": True,
    },
    "enveloppe": [{"contributeur": "État", "montant": Decimal(2_000_000)}],
    "entreprises": [
        {
            "id": "E001",
            "nom": "Forges de l'Essai",
            "siren": "000000018",
            "siret": "00000001800010",
            "commune": "52121",
            "forme_juridique": "SAS",
            "code_naf": "25.50A",
            "date_creation": date(1987, 3, 2),
            "annee_n": 2025,
            "effectif_n": Decimal("48.5"),
            "ca_n": Decimal(7_400_000),
            "effectif_n1": Decimal(47),
            "a_jour_obligations": True,
            "aides_declarees": True,
            "bilan_ges_recent": False,
        },
        {"id": "E002", "nom": "Mécanique d'Essai", "siren": "000000026", "commune": "Langres"},
    ],
    "groupes": [
        {
            "entreprise": "E001",
            "nom": "Holding",
            "lien": "liee",
            "part": Decimal("0.6"),
            "annee": 2025,
            "ca": Decimal(9),
        },
        {"entreprise": "E001", "nom": "Holding", "lien": "liee", "annee": 2024, "ca": Decimal(8)},
    ],
    "entretiens": [
        {
            "id": "I001",
            "entreprise": "E001",
            "date": date(2026, 5, 12),
            "conduit_par": "A. Conseil",
            "besoin_competences": "deux soudeurs",
            "notes": "bon accueil\nà revoir",
        }
    ],
    "projets": [
        {
            "id": "P001",
            "entreprise": "E001",
            "intitule": "Nouveau four",
            "type_projet": "extension",
            "debut": date(2027, 1, 15),
            "fin": date(2028, 6, 30),
            "travaux_commences": False,
            "emplois_crees": 4,
            "financement_acquis": Decimal(500_000),
            "objectifs": {"decarbonation", "capacite"},
            "tco2_evitees_an": Decimal("120.5"),
            "premiere_ia": True,
            "maturite_chiffrage": 3,
            "preuve_maturite": "chiffrage : devis ; foncier : permis",
            "niveau_impose": "montage",
            "motif_niveau": "décision du comité",
            "note_ancrage": 4,
        },
        {"id": "P002", "entreprise": "E002", "intitule": "Centre d'usinage"},
    ],
    "depenses": [
        {"projet": "P001", "intitule": "Four", "nature": "materiel", "annee": 2027, "montant": Decimal("1200000.5")},
        {"projet": "P001", "nature": "batiment", "annee": 2027, "montant": Decimal(0)},
        {"projet": "P002", "nature": "materiel", "annee": 2027, "montant": Decimal(300_000)},
    ],
    "aides": [
        {
            "entreprise": "E001",
            "projet": "P001",
            "financeur": "Région",
            "regime": "de_minimis_2023",
            "date_octroi": date(2025, 2, 3),
            "montant": Decimal(20_000),
        }
    ],
    "listes": [{"partenaire": "ademe", "entreprise": "FORGES ESSAI", "siren": "n° 12", "montant": Decimal(1)}],
}


@pytest.fixture(scope="session")
def layout() -> Layout:
    return load_layout(data_folder() / "referentiels", regimes=regime_codes(data_folder() / "regimes"))


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return load_gazetteer(data_folder() / "referentiels")


@dataclass(frozen=True)
class Bench:
    """A folder, and what it takes to write and read workbooks in it."""

    folder: Path
    layout: Layout
    gazetteer: Gazetteer
    small: bytes
    """The workbook of ``SMALL_MISSION``, written once: hundreds of tests plant a fault in a copy of it."""

    def write(self, rows: dict[str, Any] | None = None) -> Path:
        path = self.folder / "recensement.xlsx"
        if rows is None:
            path.write_bytes(self.small)
        else:
            write_workbook(path, self.layout, rows)
        return path

    def read(self, path: Path) -> Census:
        return read_census(path, layout=self.layout, gazetteer=self.gazetteer)

    def faults(self, path: Path) -> tuple[Fault, ...]:
        """The faults of a workbook, none when it can be read."""
        try:
            self.read(path)
        except CensusError as error:
            return error.faults
        return ()

    def planted(self, plant: Callable[[Any], None]) -> Path:
        """The small valid workbook, changed by ``plant``, which receives an openpyxl workbook."""
        path = self.write()
        book = openpyxl.load_workbook(path)
        plant(book)
        book.save(path)
        return path


@pytest.fixture
def small_mission() -> dict[str, Any]:
    """A copy that a test may change."""
    return copy.deepcopy(SMALL_MISSION)


@pytest.fixture(scope="session")
def small_workbook(tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> bytes:
    path = tmp_path_factory.mktemp("classeur") / "recensement.xlsx"
    write_workbook(path, layout, SMALL_MISSION)
    return path.read_bytes()


@pytest.fixture
def bench(tmp_path: Path, layout: Layout, gazetteer: Gazetteer, small_workbook: bytes) -> Bench:
    return Bench(folder=tmp_path, layout=layout, gazetteer=gazetteer, small=small_workbook)
