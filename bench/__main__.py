"""``python -m bench [NOM…] [--rapide] [--liste]``: runs the benchmarks, all of them unless some are named.

A benchmark may have options of its own: ``options`` adds them to the command line, ``main`` is given what was asked.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import platform
from types import ModuleType

import bench


def benchmarks() -> dict[str, ModuleType]:
    """Every benchmark, by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(bench.__path__) if not found.name.startswith("_"))
    modules = {name: importlib.import_module(f"bench.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "main")}


def main() -> None:
    """Read the command line and run."""
    found = benchmarks()
    parser = argparse.ArgumentParser(prog="python -m bench", description="Banc d’essai de Rebond.")
    parser.add_argument("noms", nargs="*", metavar="NOM", help=f"parmi : {', '.join(found)} (par défaut : tous)")
    parser.add_argument("--rapide", action="store_true", help="petites tailles : vérifie que tout tourne")
    parser.add_argument("--liste", action="store_true", help="affiche les bancs d’essai, sans les lancer")
    for name, module in found.items():
        if hasattr(module, "options"):
            module.options(parser.add_argument_group(f"options de « {name} »"))
    asked = parser.parse_args()
    unknown = sorted(set(asked.noms) - found.keys())
    if unknown:
        parser.error(f"banc d’essai inconnu : {', '.join(unknown)}")
    if asked.liste:
        for name, module in found.items():
            print(f"{name:14} {(module.__doc__ or '').splitlines()[0]}")
        return
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"Python {platform.python_version()}, {os.cpu_count()} processeurs, charge {load}")
    for name in asked.noms or found:
        print(f"\n== {name}")
        if hasattr(found[name], "options"):
            found[name].main(rapide=asked.rapide, asked=asked)
        else:
            found[name].main(rapide=asked.rapide)


if __name__ == "__main__":
    main()
