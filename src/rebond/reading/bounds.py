"""What a value may be at most: one declaration, held by every entry and by all that comes after it.

They are bounds of the machine, not of the trade nor of the law: within them the solver (thousands of euros), the
tables (whole cents in 64 bits, numbers of fifteen digits) and the columns of the database (``DecimalField``) keep a
value exactly. Likely or not is another question (``rebond.plausibility``). An adviser cannot raise one by editing a
file: a column that is too narrow would break. Hence Python, see docs/adr/0016.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

LARGEST_AMOUNT: Final = Decimal(10**12)
"""Euros: no firm nor project comes near a thousand billion; eleven times under the narrowest column."""
LARGEST_NUMBER: Final = Decimal(10**12)
LARGEST_COUNT: Final = Decimal(10**7)
"""Employees, jobs, whole numbers."""
NUMBER_DECIMALS: Final = 9
NUMBER_DIGITS: Final = 15
"""What a spreadsheet keeps, and what a 64-bit float gives back unchanged."""
AMOUNT_DECIMALS: Final = 2
EARLIEST: Final = date(1800, 1, 1)
LATEST: Final = date(2100, 12, 31)
LONGEST_VALUE: Final = 120
"""Characters of a number, a date, an answer; beyond, it is a text."""
LONGEST_TEXT: Final = 300
"""Characters of a name, a title, a label."""
LONGEST_STORY: Final = 20_000
"""Characters of a description, minutes, notes."""
MOST_ITEMS: Final = 200
"""Values of one list."""
