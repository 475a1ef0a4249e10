"""The identifier of a firm or project in an address: what ``rebond.plausibility`` lets through, dots included."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class ReferenceConverter(StringConverter):
    """Letters, digits, dash, underscore and dot, and something else than dots: « .. » would be another folder."""

    regex = r"[.]*[-A-Za-z0-9_][-.A-Za-z0-9_]*"


register_converter(ReferenceConverter, "reference")
