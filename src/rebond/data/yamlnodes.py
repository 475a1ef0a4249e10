"""From the nodes of a YAML text to plain values: bounded, with the line of every key, and nothing that runs.

Aliases are written out, so each counts as often as it is repeated; one that contains itself is refused.

YAML 1.1, which the library speaks, reads ``010`` as eight, ``12:30`` as 750 and ``no`` as false: here a number, a truth
value or a date is what a French reader takes it for, and any other word is the text that was written.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from rebond.data.limits import MOST_DEPTH, MOST_EDITED_VALUES, MOST_NUMBER_LENGTH, is_sane_number
from rebond.errors import DataError, Fault

Path_ = tuple[str | int, ...]

_CORE = "tag:yaml.org,2002:"
_SCALARS = frozenset(_CORE + kind for kind in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value"))
_NUMBERS = frozenset({_CORE + "int", _CORE + "float"})
_AS_WRITTEN = {
    _CORE + "int": re.compile(r"[-+]?(0|[1-9][0-9]*)"),
    # What is no number ("nan") is let through: it has its own refusal.
    _CORE + "float": re.compile(r"[-+]?((0|[1-9][0-9]*)?\.[0-9]*([eE][-+][0-9]+)?|\.(inf|Inf|INF))|\.(nan|NaN|NAN)"),
    _CORE + "bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    _CORE + "timestamp": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}
"""The numbers, truth values and dates that mean one thing; the same kind written otherwise is read as text."""
_INDENT = re.compile(r"^[ \t?:-]*", re.MULTILINE)
_REASONS = (
    ("found duplicate anchor", "deux ancres de même nom"),
    ("found undefined alias", "renvoi (*) à une ancre qui n'existe pas"),
    ("found character '\\t'", "tabulation en début de ligne"),
    ("found a tab character", "tabulation en début de ligne"),
    ("that cannot start any token", "caractère réservé en début de valeur"),
    ("found character", "caractère interdit"),
    ("found unexpected end of stream", "guillemet jamais fermé"),
    ("found unexpected document indicator", "« --- » ou « ... » dans un texte"),
    ("mapping values are not allowed", "deux-points inattendus"),
    ("could not find expected ':'", "deux-points attendus"),
    ("did not find expected ',' or", "virgule ou fermeture attendue"),
    ("did not find expected key", "clé attendue à ce niveau d'indentation"),
    ("did not find expected '-' indicator", "tiret attendu à ce niveau d'indentation"),
    ("did not find expected node content", "valeur attendue"),
    ("did not find expected <document start>", "texte après la fin du document"),
    ("block sequence entries are not allowed", "tiret inattendu"),
    ("block collections are not allowed", "bloc inattendu sur cette ligne"),
    ("simple keys", "clé trop longue, ou sur plusieurs lignes"),
    ("but found another document", "plusieurs documents dans un fichier"),
    ("control characters are not allowed", "caractère de contrôle invisible"),
    ("special characters are not allowed", "caractère de contrôle invisible"),
    ("undefined tag handle", "balise (!) inconnue"),
    ("found unknown escape character", "barre oblique inverse inconnue entre guillemets"),
)


def syntax_fault(error: yaml.YAMLError, label: str) -> Fault:
    """What is wrong with the syntax, in French: the library says it in English."""
    mark = getattr(error, "problem_mark", None)
    where = f"{label}, ligne {mark.line + 1}" if mark else label
    said = str(error)
    reason = next((words for start, words in _REASONS if start in said), "")
    problem = f"YAML illisible ({reason})" if reason else "YAML illisible"
    return Fault(where=where, problem=problem, mend="vérifier l'indentation, les deux-points et les guillemets")


def refuse_deep(text: str, label: str) -> None:
    """Raise ``DataError`` for too many values, or blocks within blocks.

    The library composes a block by calling itself, until it crashes. Only a text that might be deep is read twice: a
    block of blocks needs an indentation or a bracket for each.
    """
    if text.count("\n") + text.count(",") > 3 * MOST_EDITED_VALUES:
        _refuse(label, _MANY, _LESS)
    brackets = text.count("[") + text.count("{")
    if brackets <= MOST_DEPTH and max(map(len, _INDENT.findall(text)), default=0) <= MOST_DEPTH:
        return
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 1
                _refuse(f"{label}, ligne {line}", _DEEP, "aplatir le fichier")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


_MANY = f"plus de {MOST_EDITED_VALUES} valeurs, répétitions comprises"
_LESS = "écrire les valeurs sans renvois (& et *), ou partager le fichier"
_DEEP = f"plus de {MOST_DEPTH} blocs imbriqués"


class YamlBuilder:
    """Turns composed nodes into plain values, keeping lines and refusing duplicate keys."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._scalars = yaml.CSafeLoader("")
        self._left = MOST_EDITED_VALUES
        self.lines: dict[Path_, int] = {}
        self.faults: list[Fault] = []

    def build(self, node: yaml.Node, path: Path_) -> Any:
        """The value of a node; raises ``DataError`` when the file is too large or contains itself."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        self._left -= 1
        if self._left < 0:
            _refuse(self._label, _MANY, _LESS)
        if len(path) > MOST_DEPTH:
            _refuse(self._where(node), f"{_DEEP}, ou bloc qui se contient lui-même", "aplatir le fichier")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if not node.tag.startswith(_CORE) or node.tag.removeprefix(_CORE) not in {"map", "seq"}:
            self._fault(node, _tag(node), "balise interdite : un fichier de Rebond n'exécute rien", "l'ôter")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag not in _SCALARS:
            self._fault(node, _tag(node), "balise interdite : un fichier de Rebond n'exécute rien", "l'ôter")
            return None
        meant = _AS_WRITTEN.get(node.tag)
        if meant is not None and not meant.fullmatch(node.value):
            return str(node.value)
        if node.tag in _NUMBERS and len(node.value) > MOST_NUMBER_LENGTH:
            self._fault(node, node.value, "nombre démesuré", "vérifier le nombre")
            return None
        try:
            value = self._scalars.construct_object(node)
        except (ArithmeticError, TypeError, ValueError, yaml.YAMLError):
            self._fault(node, node.value, "valeur illisible", "corriger la valeur, ou l'écrire entre guillemets")
            return None
        if isinstance(value, float | int) and not is_sane_number(
            Decimal(value if isinstance(value, int) else repr(value))
        ):
            self._fault(node, node.value, "ce n'est pas un nombre, ou il est démesuré", "vérifier le nombre")
            return None
        return value

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(key_node, "", "une clé est un mot, pas un bloc", "écrire « clé: valeur »")
                continue
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in result:
                self._fault(key_node, key, "clé écrite deux fois", "n'en garder qu'une")
            self.lines[(*path, key)] = line
            result[key] = self.build(value_node, (*path, key))
        return result

    def _fault(self, node: yaml.Node, found: str, problem: str, mend: str) -> None:
        self.faults.append(Fault(where=self._where(node), found=found, problem=problem, mend=mend))

    def _where(self, node: yaml.Node) -> str:
        return f"{self._label}, ligne {node.start_mark.line + 1}"


def _tag(node: yaml.Node) -> str:
    return str(node.tag).replace(_CORE, "!!")


def _refuse(where: str, problem: str, mend: str) -> NoReturn:
    raise DataError([Fault(where=where, problem=problem, mend=mend)])
