"""The data that Rebond ships: French YAML and CSV files that advisers edit, and their schemas."""

from pathlib import Path

TERRITORY_FILE = "territoire.yaml"
"""At the root of a folder: what it holds is added to the shipped catalogue instead of taking its place."""

NEVER_ADDED = ("referentiels", "regimes", "schemas")
"""Parts that the folder of a territory does not have."""


def data_folder() -> Path:
    """Where the shipped catalogue, referentials, schemas and sample territory are."""
    return Path(__file__).parent


def catalogue_part(folder: Path, name: str) -> Path:
    """A subfolder of a catalogue (``dispositifs``, ``regimes``, ``zonages``…), the shipped one if absent.

    A subfolder is whole or absent: its files are never mixed with the shipped ones, except in the folder of a
    territory, see ``catalogue_parts``.
    """
    own = folder / name
    mine = own.is_dir() and not (name in NEVER_ADDED and is_territory(folder))
    return own if mine else data_folder() / name


def is_territory(folder: Path) -> bool:
    """Whether a folder is that of a territory, which adds to the shipped catalogue."""
    return (folder / TERRITORY_FILE).is_file()


def catalogue_parts(folder: Path, name: str) -> tuple[Path, ...]:
    """The subfolders to read one after the other: of two files with one name, the last one holds."""
    own = folder / name
    if is_territory(folder):
        return (data_folder() / name, own) if own.is_dir() else (data_folder() / name,)
    return (catalogue_part(folder, name),)
