"""The sample mission, run once and stored once; each test leaves the database as it found it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from rebond.results import MissionResult
from tests.sample import sample_of_the_run


@pytest.fixture(scope="session")
def sample_result(tmp_path_factory: pytest.TempPathFactory) -> MissionResult:
    """The result of the sample mission, computed by one process for all those of the run."""
    return sample_of_the_run(tmp_path_factory.getbasetemp() / "resultat")


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of documents, with files that must never go out."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "communique.txt").write_text("Sept projets retenus", encoding="utf-8")
    (folder / "graphiques").mkdir()
    (folder / "graphiques" / "carte.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "rebond.sqlite3").write_text("base", encoding="utf-8")
    (folder / "cle-secrete").write_text("secret", encoding="utf-8")
    (folder / ".cache").write_text("", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """Tables made from the models: ten seconds less in each test process.

    That migrations make the same ones is proven once (``makemigrations --check``), and they run where a site of its own
    is started, on an older database (``studies/test_migrations.py``) and on PostgreSQL.
    """
    return False


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    sample_result: MissionResult,
    documents: Path,
) -> None:
    """The test database holds the sample mission and the demo accounts."""
    from django.apps import apps
    from django.conf import settings
    from django.db import connection
    from django.test import override_settings

    from rebond.web.accounts.demo import create_demo_accounts
    from rebond.web.advice import append_only as as_met
    from rebond.web.journal import append_only
    from rebond.web.portfolio import append_only as as_given
    from rebond.web.readings import unchanged
    from rebond.web.referrals import append_only as as_followed
    from rebond.web.roadmap import append_only as as_told
    from rebond.web.studies.entry import store_result

    settings.MIGRATION_MODULES = {}
    with django_db_blocker.unblock(), override_settings(DOCUMENTS_ROOT=documents):
        with connection.schema_editor() as editor:
            append_only.protect(apps, editor)
            unchanged.protect(apps, editor)
            as_given.protect(apps, editor)
            as_followed.protect(apps, editor)
            as_met.protect(apps, editor)
            as_followed.protect_messages(apps, editor)
            as_told.protect(apps, editor)
        create_demo_accounts(store_result(sample_result, documents=documents))


@pytest.fixture(scope="session", autouse=True)
def _static_files_found_once() -> Iterator[None]:
    """Each client of a test starts the site anew, which then looks for sixteen hundred files: a tenth of a second."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    real = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, dict[str, object]] = {}

    def kept(site: WhiteNoiseMiddleware) -> None:
        if site.static_prefix not in found:
            real(site)
            found[site.static_prefix] = dict(site.files)
        site.files.update(found[site.static_prefix])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WhiteNoiseMiddleware, "add_files_from_finders", kept)
        yield


@pytest.fixture(autouse=True)
def _documents_root(settings: Settings, documents: Path) -> None:
    settings.DOCUMENTS_ROOT = documents


@pytest.fixture(autouse=True)
def _readings_forgotten() -> None:
    """What a process wrote within the hour is gone with the database of each test."""
    from rebond.web.readings.writing import forget

    forget()


@pytest.fixture
def pilot(db: None) -> Client:
    """The site as the pilot of the sample mission sees it."""
    return signed_in("pilote")


@pytest.fixture
def anonymous(db: None) -> Client:
    """The site as a passer-by sees it."""
    return Client()


def signed_in(username: str) -> Client:
    """The site as one of the demo accounts sees it."""
    from rebond.web.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=username))
    return client
