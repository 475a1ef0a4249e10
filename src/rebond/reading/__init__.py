"""One reader per kind of value: what people write becomes a value, UNKNOWN, or a ``Unreadable`` in French.

Workbook, site, command line, tables, lists and problem files all read through this package, so that the same text has
the same answer, and the same sentence, wherever it is written.
"""
