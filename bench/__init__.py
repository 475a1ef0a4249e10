"""Benchmarks, run by ``make bench`` (``python -m bench``).

A benchmark is a module of this package with a function ``main(*, rapide: bool) -> None`` that prints its figures, and
a docstring in French whose first line ``--liste`` shows. Helpers have a leading underscore, or no ``main``.
"""
