"""What a Word template may say: the fields of its model, ``if`` and ``for`` over them, and nothing else.

An allow-list, on the tree that Jinja makes of it: no call, no attribute but the columns of a table, no arithmetic, no
loop within a loop. What is allowed ends, and reads nothing but what it is given.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rebond.restitution.letters import Form, LetterModel, NamedField

COMMON: Mapping[str, NamedField] = {
    field.name: field
    for field in (
        NamedField(name="titre_document", title="Titre du document", form=Form.TEXT),
        NamedField(name="lieu_et_date", title="Lieu et date du document", form=Form.TEXT),
        NamedField(name="avertissement", title="Ce qui doit être dit en tête, s'il y a lieu", form=Form.TEXT),
    )
}
"""Fields of every template, beside those of its model."""
MOST_TAGS = 300
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_VALUE = re.compile(r"\{\{\s*[\w.]+\s*\}\}")
_ASKED = r"[\w\s.=!'’\"()-]+"
_STEP = re.compile(rf"\{{%(?:p|tr|tc|r)?\s+(?:for\s+\w+\s+in\s+\w+|(?:el)?if\s+{_ASKED}|else|endfor|endif)\s+%\}}")
_LOOP = {"index": "le rang", "first": "premier", "last": "dernier", "length": "nombre"}


def environment() -> ImmutableSandboxedEnvironment:
    """A sandbox with no function, no filter, no test: only values."""
    found = ImmutableSandboxedEnvironment(autoescape=True)
    found.globals.clear()
    found.filters.clear()
    found.tests.clear()
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph of a template: where it is, in words, and its text."""

    where: str
    text: str

    @property
    def said(self) -> str:
        """Where it is, with its first words, so that a person finds it."""
        words = " ".join(self.text.split())
        return f"{self.where} (« {words[:60]}{'…' if len(words) > 60 else ''} »)"  # noqa: PLR2004 - what one reads at once


def written_faults(places: Sequence[Place]) -> list[str]:
    """Tags that are not written as they must be, paragraph by paragraph."""
    found: dict[str, None] = {}
    tags = 0
    for place in places:
        for tag in _TAG.findall(place.text):
            tags += 1
            if not (_VALUE.fullmatch(tag) or _STEP.fullmatch(tag)):
                found[
                    f"{place.said} : la balise « {tag[:60]} » n'est pas admise. Écrivez {{{{ champ }}}}, "
                    "{%p for ligne in champ %}, {%p if champ %}, {%p endfor %} ou {%p endif %}."
                ] = None
        rest = _TAG.sub("", place.text)
        if any(mark in rest for mark in ("{{", "}}", "{%", "%}", "{#", "#}")):
            found[f"{place.said} : une balise ouverte n'est pas fermée dans ce paragraphe."] = None
    if tags > MOST_TAGS:
        found[f"Le modèle a {tags} balises, {MOST_TAGS} au plus : simplifiez-le."] = None
    return list(found)


def known_fields(model: LetterModel) -> dict[str, NamedField]:
    """The fields that a template of this model may use."""
    return {**COMMON, **model.fields}


def tree_faults(source: str, model: LetterModel, places: Sequence[Place]) -> list[str]:
    """What is wrong with a part of the template once docxtpl has prepared it."""
    try:
        tree = environment().parse(source)
    except TemplateSyntaxError as error:
        line = source.split("\n")[max(error.lineno - 1, 0) : error.lineno]
        words = " ".join(re.sub(r"<[^>]+>", "", each) for each in line).strip()
        near = f" près de « {words[:60]} »" if words else ""
        mend = "chaque for a son endfor, chaque if son endif"
        return [f"Une balise for ou if est mal écrite, ou n'est pas fermée{near} : {mend}."]
    return list(dict.fromkeys(_Reader(known_fields(model), places).read(tree.body, {})))


class _Reader:
    """Walks the tree; ``scope``: the name of a loop → the field that it goes over."""

    def __init__(self, fields: Mapping[str, NamedField], places: Sequence[Place]) -> None:
        self._fields, self._places = fields, places

    def read(self, body: Sequence[nodes.Node], scope: Mapping[str, NamedField]) -> Iterator[str]:
        for node in body:
            match node:
                case nodes.Output():
                    for inner in node.nodes:
                        if not isinstance(inner, nodes.TemplateData):
                            yield from self._printed(inner, scope)
                case nodes.For():
                    yield from self._loop(node, scope)
                case nodes.If():
                    yield from self._asked(node.test, scope)
                    for branch in (node.body, *((each,) for each in node.elif_), node.else_):
                        yield from self.read(branch, scope)
                case _:
                    yield self._refused(node)

    def _loop(self, node: nodes.For, scope: Mapping[str, NamedField]) -> Iterator[str]:
        if scope:
            yield "Une boucle for est dans une autre : une seule à la fois."
            return
        if not isinstance(node.target, nodes.Name) or not isinstance(node.iter, nodes.Name):
            yield self._refused(node)
            return
        if node.test or node.recursive:
            yield self._refused(node)
            return
        name = node.iter.name
        field = self._fields.get(name)
        if field is None:
            yield self._unknown(name, [each for each, known in self._fields.items() if known.form is not Form.TEXT])
            return
        if field.form is Form.TEXT:
            yield f"{self._where(name)} : « {name} » est un texte, pas une liste : écrivez {{{{ {name} }}}}."
            return
        yield from self.read(node.body, {node.target.name: field})
        yield from self.read(node.else_, scope)

    def _printed(self, node: nodes.Node, scope: Mapping[str, NamedField]) -> Iterator[str]:
        """What is put in the text: a field, an item of a list, a cell of a table."""
        match node:
            case nodes.Name(name=name) if name in scope:
                if scope[name].form is Form.TABLE:
                    yield (
                        f"{self._where(name)} : « {name} » est une ligne de tableau : nommez sa colonne, "
                        f"{{{{ {name}.{scope[name].cells[0]} }}}}. Colonnes : {', '.join(scope[name].cells)}."
                    )
            case nodes.Name(name=name):
                yield from self._field(name)
            case nodes.Getattr(node=nodes.Name(name=name), attr=attribute):
                yield from self._cell(name, attribute, scope)
            case _:
                yield self._refused(node)

    def _field(self, name: str) -> Iterator[str]:
        field = self._fields.get(name)
        if field is None:
            yield self._unknown(name, list(self._fields))
        elif field.form is not Form.TEXT:
            loop = f"{{%p for ligne in {name} %}} … {{%p endfor %}}"
            yield f"{self._where(name)} : « {name} » est un {field.form} : {loop}."

    def _cell(self, name: str, attribute: str, scope: Mapping[str, NamedField]) -> Iterator[str]:
        if name == "loop" and scope and attribute in _LOOP:
            return
        if name not in scope:
            yield self._refused_name(f"{name}.{attribute}")
        elif attribute not in scope[name].cells:
            yield self._unknown(f"{name}.{attribute}", [f"{name}.{each}" for each in scope[name].cells])

    def _asked(self, node: nodes.Node, scope: Mapping[str, NamedField]) -> Iterator[str]:
        """What an ``if`` looks at: fields, their columns, compared with words."""
        match node:
            case nodes.Name(name=name):
                if name not in scope and name not in self._fields:
                    yield self._unknown(name, list(self._fields))
            case nodes.Getattr(node=nodes.Name(name=name), attr=attribute):
                yield from self._cell(name, attribute, scope)
            case nodes.Not(node=inner):
                yield from self._asked(inner, scope)
            case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right):
                yield from self._asked(left, scope)
                yield from self._asked(right, scope)
            case nodes.Compare(expr=expression, ops=[nodes.Operand(op="eq" | "ne", expr=nodes.Const(value=str()))]):
                yield from self._asked(expression, scope)
            case _:
                yield self._refused(node)

    def _refused(self, node: nodes.Node) -> str:
        del node
        return (
            "Une balise demande plus qu'un modèle ne peut : seuls sont admis {{ champ }}, for sur une liste ou un "
            "tableau, et if sur un champ."
        )

    def _refused_name(self, said: str) -> str:
        return f"{self._where(said)} : « {said} » n'est pas un champ."

    def _unknown(self, name: str, among: Sequence[str]) -> str:
        near = difflib.get_close_matches(name, among, n=1, cutoff=0.6)
        hint = f" Vouliez-vous « {near[0]} » ?" if near else f" Champs possibles : {', '.join(among)}."
        return f"{self._where(name)} : le champ « {name} » n'existe pas ici.{hint}"

    def _where(self, name: str) -> str:
        wanted = re.compile(rf"\{{[{{%][^{{}}]*(?<![\w.]){re.escape(name)}(?!\w)")
        return next((place.said for place in self._places if wanted.search(place.text)), "Dans le modèle")
