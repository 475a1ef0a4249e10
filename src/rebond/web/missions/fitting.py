"""Whether columns keep values exactly: what would be cut or rounded is refused, never stored otherwise."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import MAX_PREC, Context, Decimal
from typing import Any, Final

from django.db import models

from rebond.errors import FactsError, Fault
from rebond.reading.bounds import NUMBER_DIGITS

_EXACT: Final = Context(prec=MAX_PREC)


def check_fits(model: type[models.Model], rows: Sequence[models.Model], names: Collection[str]) -> None:
    """Raise ``FactsError`` with every value that its column would not give back."""
    checked = [field for field in model._meta.concrete_fields if field.attname in names]
    faults = []
    for row in rows:
        for field in checked:
            value = getattr(row, field.attname)
            why = None if value is None else _misfit(field, value)
            if why:
                where = f"{model._meta.verbose_name} {getattr(row, 'ref', '')}".strip()
                faults.append(Fault(where=f"{where}, « {field.verbose_name} »", problem=why[0], mend=why[1]))
    if faults:
        raise FactsError(faults)


def _misfit(field: models.Field[Any, Any], value: Any) -> tuple[str, str] | None:
    """Why a column would not give a value back and what to do about it; ``None`` when it would."""
    if isinstance(value, str):
        if "\0" in value:
            return "un caractère nul, qu'aucune base ne garde", "le retirer"
        longest = field.max_length
        if longest is not None and len(value) > longest:
            return f"{len(value)} caractères, {longest} au plus", "raccourcir"
    if isinstance(field, models.DecimalField):
        return _misfit_number(field, Decimal(value))
    if isinstance(field, models.IntegerField):
        most = 32_767 if isinstance(field, models.PositiveSmallIntegerField) else 2_147_483_647
        least = 0 if isinstance(field, models.PositiveIntegerField | models.PositiveSmallIntegerField) else -most
        if not least <= value <= most:
            return f"{value} n'est pas entre {least} et {most}", "vérifier le nombre"
    return None


def _misfit_number(field: models.DecimalField[Any, Any], value: Decimal) -> tuple[str, str] | None:
    if not value.is_finite():
        return f"{value} n'est pas un nombre", "vérifier le nombre"
    exponent = int(value.normalize(_EXACT).as_tuple().exponent)
    decimals, whole = max(0, -exponent), max(0, value.adjusted() + 1) if value else 0
    if decimals > field.decimal_places:
        return f"{value} a plus de {field.decimal_places} décimales", "arrondir"
    if whole > field.max_digits - field.decimal_places or whole + decimals > NUMBER_DIGITS:
        return f"{value} a plus de {NUMBER_DIGITS} chiffres", "vérifier le nombre"
    return None
