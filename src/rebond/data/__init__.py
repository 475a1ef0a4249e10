"""The data that Rebond ships: French YAML and CSV files that advisers edit, and their schemas."""

from pathlib import Path


def data_folder() -> Path:
    """Where the shipped catalogue, referentials, schemas and sample territory are."""
    return Path(__file__).parent


def catalogue_part(folder: Path, name: str) -> Path:
    """A subfolder of a catalogue (``dispositifs``, ``regimes``, ``zonages``…), the shipped one if absent.

    A subfolder is whole or absent: its files are never mixed with the shipped ones.
    """
    own = folder / name
    return own if own.is_dir() else data_folder() / name
