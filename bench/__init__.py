"""Benchmarks, run by ``make bench`` (``python -m bench``).

A benchmark is a module of this package whose name has no leading underscore, with a one-line docstring (shown by
``--liste``) and a function ``main(*, rapide: bool) -> None`` that prints its figures.
"""
