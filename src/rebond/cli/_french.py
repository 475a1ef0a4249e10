"""The words of the command line's own library, in French: usage, help and what is wrong with an option.

click asks gettext for each sentence, and ships no translation. The sentences that people can meet are here; one that
is missing stays as click writes it.
"""

from __future__ import annotations

import codecs
import gettext
import io
import sys
from importlib import import_module

_SENTENCES = {
    "Usage:": "Emploi :",
    "Options": "Options",
    "Commands": "Commandes",
    "Show this message and exit.": "Affiche cette aide.",
    "Show the version and exit.": "Affiche la version.",
    "%(prog)s, version %(version)s": "%(prog)s, version %(version)s",
    "required": "obligatoire",
    "default: {default}": "par défaut : {default}",
    "Aborted!": "Interrompu.",
    "Error: {message}": "✗ {message}",
    "Try '{command} {option}' for help.": "Aide : {command} {option}",
    "Invalid value: {message}": "Valeur incorrecte : {message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} : {message}",
    "Missing argument": "Il manque l'argument",
    "Missing option": "Il manque l'option",
    "Missing parameter": "Il manque",
    "Missing command.": "Il manque une commande.",
    "Choose from:\n\t{choices}": "Choisir parmi :\n\t{choices}",
    "No such option {name!r}.": "Option inconnue : {name}.",
    "No such command {name!r}.": "Commande inconnue : {name}.",
    "Did you mean {possibility}?": "Peut-être {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "(Peut-être l'une de celles-ci : {possibilities} ?)",
    "Got unexpected extra argument ({args})": "Argument en trop : {args}",
    "Got unexpected extra arguments ({args})": "Arguments en trop : {args}",
    "Option {name!r} does not take a value.": "L'option {name} ne prend pas de valeur.",
    "Option {name!r} requires an argument.": "L'option {name} attend une valeur.",
    "{value!r} is not {choice}.": "« {value} » n'est pas {choice}.",
    "{value!r} is not one of {choices}.": "« {value} » n'est pas l'une de ces valeurs : {choices}.",
    # Every date of the command line is written the same way: year, month, day.
    "{value!r} does not match the format {format}.": "« {value} » n'est pas une date (AAAA-MM-JJ, comme 2026-10-05).",
    "{value!r} is not a valid {number_type}.": "« {value} » n'est pas un nombre.",
    "{value} is not in the range {range}.": "{value} est hors de l'intervalle {range}.",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
    "{name} {filename!r} does not exist.": "{name} introuvable : {filename}",
    "{name} {filename!r} is a file.": "« {filename} » est un fichier, un dossier est attendu.",
    "{name} {filename!r} is a directory.": "« {filename} » est un dossier, un fichier est attendu.",
    "{name} {filename!r} is not readable.": "« {filename} » ne peut pas être lu.",
    "{name} {filename!r} is not writable.": "« {filename} » ne peut pas être écrit.",
}
_MODULES = ("core", "exceptions", "types", "formatting", "parser", "decorators")


def speak_french() -> None:
    """Make click say its sentences in French."""
    for name in _MODULES:
        module = import_module(f"click.{name}")
        for attribute, said in (("_", _say), ("ngettext", _say_number)):
            if hasattr(module, attribute):
                setattr(module, attribute, said)


def show_every_letter() -> None:
    """Let a terminal that lacks a letter, or a file name that is no text, show another rather than stop the command."""
    codecs.register_error(_ERRORS, _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(_NEAREST.get(letter, "?") for letter in letters), error.end


_ERRORS = "rebond-proche"
_NEAREST = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "...", "–": "-", "—": "-", "→": "->", "•": "*",
    "✗": "x", "✓": "ok", "·": ".",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "€": "EUR", "œ": "oe", "Œ": "OE", "²": "2",
    **dict(zip("àâäçéèêëîïôöùûüÿÀÂÇÉÈÊËÎÏÔÙÛ", "aaaceeeeiioouuuyAACEEEEIIOUU", strict=True)),
}  # fmt: skip


def _say(sentence: str) -> str:
    return _SENTENCES.get(sentence) or gettext.gettext(sentence)


def _say_number(one: str, several: str, count: int) -> str:
    return _say(one if count == 1 else several)
