"""The words of people and spreadsheets: how a text is cleaned and compared, and all the ways to say « not known ».

An error value of a spreadsheet (``#N/A``) is not « unknown »: a calculation failed, somebody must look. « Sans objet »
is not either: it says that there is nothing to know, which the one who writes must put in the terms of the question
(0, non, aucun). See docs/adr/0016.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from rebond.facts import UNKNOWN
from rebond.reading.bounds import LONGEST_STORY, LONGEST_VALUE
from rebond.reading.problem import Unreadable

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff]|_x00[01][0-9A-Fa-f]_")
_ERROR = re.compile(r"^(#[A-ZÀ-Ý/0-9]{1,20}[!?]?|Err:[0-9]{1,4})$")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_MARKS = re.compile(r"^[\s?.,;:!…·•*/\\|_~()\[\]{}'’\"«»\-\u2010-\u2015\u2212]*$")
"""Nothing but marks: « ? », « — », « […] »."""
_FIGURES = re.compile(r"^[0-9][0-9 .,:/%-]{0,30}$")
"""Figures at first sight, which no word for « unknown » has: millions of cells of a table are dates and numbers."""
_CROSSES = re.compile(r"^x{2,}$")

UNKNOWN_WORDS = frozenset(
    _NOT_WORD.sub("", word)
    for word in (
        # not known
        "inconnu", "inconnue", "inconnus", "inconnues", "unknown", "non connu", "non connue", "non connus",
        "non connues", "pas connu", "pas connue", "nsp", "ne sait pas", "ne sais pas", "je ne sais pas", "sais pas",
        "ne se prononce pas", "indetermine", "indeterminee", "non determine", "non determinee",
        # not filled in: INSEE's NN and NR
        "nn", "nr", "non renseigne", "non renseignee", "non renseignes", "non renseignees", "non precise",
        "non precisee", "non fourni", "non fournie", "non saisi", "vide", "null", "none",
        # not disclosed: the statistical secret, the trade's n. c., [ND]
        "nc", "nd", "ns", "non communique", "non communiquee", "non communiques", "non communiquees",
        "non diffusible", "non diffuse", "non diffusee", "non divulgue", "non divulguee", "non public",
        "non publie", "confidentiel", "confidentielle", "secret", "secret statistique", "non significatif",
        # not available
        "na", "not available", "non disponible", "non disponibles", "non dispo", "indisponible",
        # not yet
        "tbd", "tba", "tbc", "a preciser", "a completer", "a definir", "a determiner", "a renseigner",
        "a confirmer", "a venir",
    )
)  # fmt: skip
"""Folded, without spaces nor marks."""
ASKED_WORDS = frozenset(
    _NOT_WORD.sub("", word)
    for word in (
        "inconnu", "inconnue", "inconnus", "inconnues", "unknown", "non connu", "non connue", "non connus",
        "non connues", "pas connu", "pas connue", "nsp", "ne sait pas", "ne sais pas", "je ne sais pas",
        "ne se prononce pas", "nc", "non communique", "non communiquee", "non communiques", "non communiquees",
    )
)  # fmt: skip
"""Of the words for « unknown », those of someone who was asked: « à compléter », « ? » or « — » say nothing of it."""
NOTHING_WORDS = frozenset(
    _NOT_WORD.sub("", word)
    for word in (
        "sans objet", "so", "non applicable", "non concerne", "non concernee", "neant", "aucun", "aucune",
    )
)  # fmt: skip
"""There is nothing to know: an answer, but not in the terms of the question."""
_NOTHING = (
    "ce mot ne dit ni la valeur, ni qu'elle est inconnue",
    "écrire la valeur (0, « non » ou « aucun » si c'est elle), ou laisser vide si elle n'est pas connue",
)
ERROR_VALUE = ("valeur d'erreur du tableur", "corriger le calcul d'où elle vient, puis coller la valeur")
CONTROL_CHARACTER = ("caractère de contrôle invisible", "effacer la cellule et retaper le texte au clavier")


def fold(text: str) -> str:
    """A text as compared: no case, accents, punctuation or doubled spaces.

    >>> fold("  Équipements de  PRODUCTION * ")
    'equipements de production'
    """
    if text.isascii():
        return _NOT_WORD.sub(" ", text.casefold()).strip()
    plain = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae").replace("€", " eur ")
    decomposed = unicodedata.normalize("NFKD", plain)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NOT_WORD.sub(" ", bare.casefold()).strip()


def clean(text: str) -> str:
    """A text without invisible characters nor spaces around it."""
    return _INVISIBLE.sub("", text).strip()


def one_line(text: str) -> str:
    """A clean text with single spaces; no-break and narrow spaces are spaces."""
    return " ".join(clean(text).split())


def text_of(raw: object) -> str:
    """Any cell as one line of text: a whole number without ``.0``, a date as 31/12/2026, a yes as « oui »."""
    return " ".join(lines_of(raw).split())


def lines_of(raw: object) -> str:
    """Any cell as text, its lines kept."""
    match raw:
        case bool():
            return "oui" if raw else "non"
        case float() if raw.is_integer() and abs(raw) < 10**LONGEST_VALUE:
            return str(int(raw))
        case date():
            return raw.strftime("%d/%m/%Y")
        case int() if abs(raw) >= 10**LONGEST_VALUE:
            return "nombre démesuré"
        case _:
            return clean(str(raw)).replace("\r\n", "\n").replace("\r", "\n")


def is_error_text(text: str) -> bool:
    """Whether a text is an error value of a spreadsheet, French or English: ``#REF!``, ``#N/A``, ``#NOM?``.

    >>> is_error_text("#VALEUR!"), is_error_text("# à voir")
    (True, False)
    """
    return _ERROR.match(text.strip()) is not None


def refuse_broken(text: str) -> None:
    """Raise ``Unreadable`` for an error value of a spreadsheet, or a text that no keyboard writes."""
    if is_error_text(text):
        raise Unreadable(*ERROR_VALUE)
    if _CONTROL.search(text):
        raise Unreadable(*CONTROL_CHARACTER)


def is_unknown(text: str) -> bool:
    """Whether a whole text says « not known » or « not disclosed », whatever its case, accents, dots and brackets.

    >>> [is_unknown(text) for text in ("[ND]", "n. c.", "—", "Non diffusible", "NC Numericable", "#N/A")]
    [True, True, True, True, False, False]
    """
    if len(text) > LONGEST_VALUE or _FIGURES.match(text) or is_error_text(text):
        return False
    bare = clean(text)
    if _MARKS.match(bare):
        return True
    word = _compact(bare)
    return word in UNKNOWN_WORDS or _CROSSES.match(word) is not None


def says_asked(text: str) -> bool:
    """Whether a whole text says that the question was asked and that nobody knows, or would tell.

    >>> [says_asked(text) for text in ("Inconnu", "n. c.", "", "?", "à compléter", "12")]
    [True, True, False, False, False, False]
    """
    return len(text) <= LONGEST_VALUE and is_unknown(text) and _compact(clean(text)) in ASKED_WORDS


def says_nothing(text: str) -> bool:
    """Whether a text names nobody and nothing: unknown, « sans objet », an error value. It matches nothing.

    >>> [says_nothing(text) for text in ("NC", "sans objet", "#N/A", "Néant", "Forges du Val")]
    [True, True, True, True, False]
    """
    return is_unknown(text) or is_error_text(text) or (len(text) <= LONGEST_VALUE and _compact(text) in NOTHING_WORDS)


@lru_cache(maxsize=4096)  # short texts, which a table repeats in every row
def _compact(text: str) -> str:
    return fold(text).replace(" ", "") if not any(mark in text for mark in "€$%+") else text


def is_absent(raw: object) -> bool:
    """Whether a value is not there: nothing, UNKNOWN, a word for it. The first step of every reader of values.

    Raises ``Unreadable`` for an error value, a control character, and « sans objet ».
    """
    if raw is None or raw is UNKNOWN:
        return True
    if not isinstance(raw, str) or _FIGURES.match(raw):
        return False
    refuse_broken(raw[: LONGEST_STORY + 1])
    if is_unknown(raw):
        return True
    if len(raw) <= LONGEST_VALUE and _compact(raw) in NOTHING_WORDS:
        raise Unreadable(*_NOTHING)
    return False
