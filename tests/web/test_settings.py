"""What an instance chooses through its environment."""

import stat
from pathlib import Path

import pytest

from rebond.web import environment

GIVEN = "clé donnée par la machine : " + "0123456789" * 3


def test_a_sqlite_file_takes_several_writers() -> None:
    found = environment.database("sqlite:////donnees/rebond.sqlite3")
    assert found["NAME"] == "/donnees/rebond.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "WAL" in found["OPTIONS"]["init_command"]


def test_a_postgres_server_is_named_by_its_address() -> None:
    found = environment.database("postgres://rebond:p%40ss@base.exemple.fr:5433/rebond?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "rebond",
        "p@ss",
        "base.exemple.fr",
        "5433",
        "rebond",
    )
    assert found["OPTIONS"] == {"sslmode": "require", "options": "-c lock_timeout=20s"}
    own = environment.database("postgres://base.exemple.fr/rebond?options=-c lock_timeout=3s")
    assert own["OPTIONS"]["options"].endswith("-c lock_timeout=3s")


def test_a_postgres_socket_is_named_by_its_folder() -> None:
    found = environment.database("postgresql://postgres:@/rebond?host=/run/postgresql")
    assert (found["HOST"], found["USER"], found["NAME"]) == ("/run/postgresql", "postgres", "rebond")


def test_another_database_is_refused() -> None:
    with pytest.raises(environment.SettingError, match="mysql"):
        environment.database("mysql://base/rebond")


def test_the_secret_key_is_drawn_once_for_an_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REBOND_SECRET_KEY", raising=False)
    instance = tmp_path / "instance"
    key = environment.secret_key(instance)
    assert len(key) > 50
    assert environment.secret_key(instance) == key
    assert stat.S_IMODE((instance / environment.SECRET_KEY_FILE).stat().st_mode) == 0o600


def test_the_environment_may_give_the_secret_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REBOND_SECRET_KEY", GIVEN)
    assert environment.secret_key(tmp_path) == GIVEN
    assert not list(tmp_path.iterdir())
