"""``python -m rebond.adapters.sample --out FILE.xlsx [--seed 2026] [--verite FILE.csv]``."""

import argparse
from pathlib import Path

from rebond.adapters.sample import DEFAULT_SEED, write_sample, write_truth


def main() -> None:
    """Write the census workbook of the sample territory."""
    parser = argparse.ArgumentParser(
        prog="rebond.adapters.sample", description="Écrit le classeur du territoire d'exemple."
    )
    parser.add_argument("--out", type=Path, required=True, help="classeur à écrire (.xlsx)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="graine du bruit des listes")
    parser.add_argument("--verite", type=Path, help="fichier CSV de la vérité du rapprochement, pour les essais")
    arguments = parser.parse_args()
    write_sample(arguments.out, arguments.seed)
    if arguments.verite:
        write_truth(arguments.verite)


if __name__ == "__main__":
    main()
