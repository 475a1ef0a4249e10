"""What is asked in a plan, in the words of the dictionary of facts."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.dispositifs.catalogue import Catalogue

NATURE = "nature"


def label_of(name: str, catalogue: Catalogue) -> str:
    """The words of a fact."""
    return catalogue.dictionary[name].label.lower() if name in catalogue.dictionary else name


def to_fill_in(names: Iterable[str], catalogue: Catalogue) -> Iterable[str]:
    """The questions that facts which lack ask."""
    for name in dict.fromkeys(names):
        if name == NATURE:
            continue  # Not a fact that lacks: the lines have several, and the least favourable one is used.
        yield f"à renseigner — {label_of(name, catalogue)}"
