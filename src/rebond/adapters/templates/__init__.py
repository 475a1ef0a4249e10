"""Files that a mission puts in the place of Rebond's: Word templates with fields, a PowerPoint template with places.

They come from anybody: nothing of them is run, and what is not known is refused (docs/adr/0075).
"""

from rebond.adapters.templates.deck import deck_template_faults
from rebond.adapters.templates.fields import COMMON
from rebond.adapters.templates.release import (
    RELEASE,
    default_release_template,
    release_model,
    release_on_template,
    release_values,
)
from rebond.adapters.templates.word import default_word_template, filled_template, word_template_faults

__all__ = [
    "COMMON",
    "RELEASE",
    "deck_template_faults",
    "default_release_template",
    "default_word_template",
    "filled_template",
    "release_model",
    "release_on_template",
    "release_values",
    "word_template_faults",
]
