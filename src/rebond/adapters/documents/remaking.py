"""The documents of a snapshot made again: the mission is played on the facts it keeps, and must give it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rebond import __version__
from rebond.adapters.documents.writing import write_documents
from rebond.adapters.points import load_points
from rebond.errors import DataError, Fault
from rebond.mission import run_mission
from rebond.restitution.editions import TEAM
from rebond.restitution.origin import Beside, digest, digests_of
from rebond.restitution.snapshot import origin_in, snapshot_as_data
from rebond.study.robust import RobustAsked
from rebond.study.rulebook import Rulebook


def remake(
    snapshot: Mapping[str, Any],
    out: Path,
    *,
    rulebook: Rulebook,
    folder: Path,
    deck: bytes | None = None,
    release: bytes | None = None,
    progress: Callable[[str], None],
) -> None:
    """Write in ``out`` the documents of a snapshot that was ``checked``, the same to the byte.

    ``rulebook``: of the catalogue in ``folder``; ``deck``, ``release``: the templates that the mission had of its own.
    Raises ``DataError`` with all that is not as it was that day, ``NotASnapshotError`` when the snapshot does not say
    enough.
    """
    origin = origin_in(snapshot)
    logos = folder / "logos"
    if faults := [*_other_rules(snapshot, rulebook), *_other_files(origin.beside, deck, release, logos)]:
        raise DataError(faults)
    asked = None if origin.opinions is None else RobustAsked(opinions=origin.opinions)
    on = date.fromisoformat(snapshot["arrete_au"])
    played = run_mission(origin.census, rulebook, on=on, reading=origin.reading, robust=asked, progress=progress)
    result = origin.completed(played)
    if snapshot_as_data(result, origin.beside) != snapshot:
        mend = "employer la version de Rebond qui l'a écrit, telle qu'elle était"
        raise DataError([Fault(where="calcul repris", problem="il ne donne pas les chiffres figés", mend=mend)])
    write_documents(
        result,
        out,
        recipient=TEAM if origin.beside.team else None,
        committee=origin.beside.committee,
        places=origin.beside.places,
        points=load_points(folder),
        logos=logos,
        deck=deck,
        release=release,
        progress=progress,
    )


def _other_rules(snapshot: Mapping[str, Any], rulebook: Rulebook) -> Iterator[Fault]:
    """The catalogue and the engine that are not those of that day."""
    if snapshot["catalogue"] != rulebook.catalogue.version:
        yield Fault(
            where="catalogue",
            found=rulebook.catalogue.version,
            problem=f"l'instantané est au catalogue {snapshot['catalogue']}",
            mend="donner ce catalogue par « --catalogue DOSSIER »",
        )
    if snapshot["moteur"] != __version__:
        yield Fault(
            where="Rebond",
            found=__version__,
            problem=f"l'instantané est de la version {snapshot['moteur']}",
            mend="installer cette version",
        )


def _other_files(beside: Beside, deck: bytes | None, release: bytes | None, logos: Path) -> Iterator[Fault]:
    """The templates and the images that are not those of that day."""
    for what, given, told in (
        ("la présentation", deck, beside.template),
        ("le communiqué", release, beside.release_template),
    ):
        if (found := digest(given)) != told:
            problem = f"{what} avait un autre modèle" if told else f"{what} n'avait pas de modèle"
            mend = "donner par « --modele » le fichier de ce jour-là" if told else "ôter « --modele »"
            yield Fault(where="modèle", found=found[:12], problem=problem, mend=mend)
    was = dict(beside.logos or {})
    for name, told in digests_of(tuple(was), logos).items():
        if told != was[name]:
            problem = "l'image n'est plus celle de ce jour-là" if was[name] else "l'image n'était pas là"
            mend = f"remettre le fichier d'alors dans {logos}" if was[name] else f"l'ôter de {logos}"
            yield Fault(where=f"logo « {name} »", problem=problem, mend=mend)
