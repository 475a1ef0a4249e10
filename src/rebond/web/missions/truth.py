"""The three answers, as stored and shown."""

from django.db import models


class Answer(models.TextChoices):
    """``rebond.eligibility.truth.Truth`` in a column; the unknown is a value."""

    YES = "oui", "Oui"
    NO = "non", "Non"
    UNKNOWN = "inconnu", "Inconnu"
