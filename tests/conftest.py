"""What every test obeys: reproducible properties, no network (see addopts in pyproject.toml)."""

import gc
import importlib.util
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.bytecode import keep_bytecode
from tests.shipped import read_shipped_files_once

keep_bytecode()
# What commands keep for the next one goes where tests write, not to the cache of whoever runs them.
os.environ["REBOND_CACHE_DIR"] = str(Path(tempfile.gettempdir()) / "rebond-cache")
# Looking for cycles again and again among the million objects of catalogues and modules took a seventh of the time.
gc.set_threshold(20_000, 20, 20)

# No property fails for the time that a busy or slower machine takes to draw its examples.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", patient, max_examples=50)
settings.register_profile("ci", patient, max_examples=200, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


# Here rather than in pyproject.toml, so that the core is tested even while the site is absent.
if _exists("rebond.web.settings"):
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rebond.web.settings")
    django.setup()
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    # The hash of production, a thousand rounds of it: a million, a quarter of a second a password, prove no more here.
    PBKDF2PasswordHasher.iterations = 1_000

read_shipped_files_once()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that take or wait long begin: one of them as the last leaves the other processes with nothing to do.

    Side by side in the share of one process, those of a module also start what they need, a server, a site, once.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What was loaded to find the tests stays to the end: no search for cycles goes through it again."""
    gc.collect()
    gc.freeze()
