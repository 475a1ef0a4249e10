"""Bring the tables of a database up to date; those of an empty one are made from the models, at once."""

from __future__ import annotations

from typing import cast

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import StateApps
from django.db.models import Model


def bring_up_to_date() -> None:
    """Run the migrations that a database lacks."""
    if not connection.introspection.table_names():
        _create()
    call_command("migrate", verbosity=0, interactive=False)


def _create() -> None:
    """The tables of an empty database, all or none, as migrations leave them: these take twenty seconds over nothing.

    Triggers are what migrations call of the modules beside the models; what a migration does by itself
    changes rows, and there are none. ``studies/test_migrations.py`` proves both ways alike.
    """
    loader, recorder = MigrationLoader(connection), MigrationRecorder(connection)
    in_order = dict.fromkeys(node for leaf in loader.graph.leaf_nodes() for node in loader.graph.forwards_plan(leaf))
    models: list[type[Model]] = [recorder.Migration, *apps.get_models()]
    with connection.schema_editor() as editor:
        for model in models:
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for key in in_order:
            for each in loader.graph.nodes[key].operations:
                if isinstance(each, RunPython) and _is_a_trigger(each):
                    each.code(cast(StateApps, apps), editor)
            recorder.record_applied(*key)


def _is_a_trigger(operation: RunPython) -> bool:
    home = str(operation.code.__module__)
    return home.startswith("rebond.") and ".migrations." not in home
