"""A catalogue folder holds the parts that it changes: those that it lacks are the shipped ones."""

import shutil
from pathlib import Path

import pytest

from rebond.data import data_folder
from rebond.dispositifs.catalogue import load_catalogue
from rebond.errors import CatalogueError

SHIPPED = data_folder()
HEADER = "code,nom,sigle,role,champs,departements,source\n"


def empty(folder: Path) -> Path:
    (folder / "vide" / "dispositifs").mkdir(parents=True)
    return folder / "vide"


def test_regimes_zonages_and_referentials_come_from_the_shipped_data(tmp_path: Path) -> None:
    catalogue = load_catalogue(empty(tmp_path))
    shipped = load_catalogue(SHIPPED)
    assert catalogue.dispositifs == {}
    assert catalogue.regimes.keys() == shipped.regimes.keys()
    assert catalogue.gazetteer.communes.keys() == shipped.gazetteer.communes.keys()


def test_a_part_of_its_own_replaces_the_shipped_one_whole(tmp_path: Path) -> None:
    folder = empty(tmp_path)
    (folder / "regimes").mkdir()
    shutil.copy(SHIPPED / "regimes" / "hors_aide.yaml", folder / "regimes")
    assert list(load_catalogue(folder).regimes) == ["hors_aide"]


def test_the_version_covers_what_was_read_shipped_or_not(tmp_path: Path) -> None:
    folder = empty(tmp_path)
    before = load_catalogue(folder).version
    shutil.copytree(SHIPPED / "regimes", folder / "regimes")
    assert load_catalogue(folder).version == before
    path = folder / "regimes" / "hors_aide.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# relu\n", encoding="utf-8")
    assert load_catalogue(folder).version != before


def test_organisations_that_a_catalogue_adds_are_known_and_count_in_its_version(tmp_path: Path) -> None:
    folder = empty(tmp_path)
    before = load_catalogue(folder)
    (folder / "organisations.csv").write_text(
        f"{HEADER}cnl,Centre national du livre,CNL,etat,,,TEE\n", encoding="utf-8"
    )
    after = load_catalogue(folder)
    assert after.organisations.keys() - before.organisations.keys() == {"cnl"}
    assert after.version != before.version


def test_a_folder_of_regimes_alone_keeps_the_shipped_dispositifs(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "regimes", tmp_path / "regimes")
    catalogue, shipped = load_catalogue(tmp_path), load_catalogue(SHIPPED)
    assert catalogue.dispositifs.keys() == shipped.dispositifs.keys()
    assert catalogue.version == shipped.version


def test_a_folder_that_is_no_catalogue_is_refused_rather_than_read_as_empty(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="aucune partie d'un catalogue"):
        load_catalogue(tmp_path)
