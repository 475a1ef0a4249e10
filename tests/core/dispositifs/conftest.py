"""The shipped catalogue, loaded once."""

import pytest

from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Every dispositif that Rebond ships."""
    return load_catalogue(data_folder())
