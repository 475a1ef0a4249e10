"""Numbers of the command line: « nan » is none, though Python reads it as one and no bound stops it."""

from __future__ import annotations

import math
from typing import Any

import click


class NumberRange(click.FloatRange):
    """As ``click.FloatRange``, without « nan »."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; fails with words when it is none."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"« {value} » n'est pas un nombre.", param, ctx)
        return number
