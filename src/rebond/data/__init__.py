"""The data that Rebond ships: French YAML and CSV files that advisers edit, and their schemas."""

from pathlib import Path


def data_folder() -> Path:
    """Where the shipped catalogue, referentials, schemas and sample territory are."""
    return Path(__file__).parent
