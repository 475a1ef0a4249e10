"""The roadmap: needs heard in interviews, grouped by axis into actions with an owner, a date and an indicator."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rebond.data.shapes import TEXT, WHOLE, block, many, read_shaped
from rebond.facts import Interview, Need
from rebond.units import months_later

MISSION_TEAM = "equipe-mission"
"""Leads what no organisation of the catalogue covers in the territory."""
NO_ACTION = "sans_action"
"""The axis where needs are listed when no action of their own could answer them."""
NO_ACTION_LABEL = "Besoins sans action"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTemplate:
    """A kind of action: the words by which a need joins it, who leads it, how soon, how it is measured."""

    code: str
    axis: str
    title: str
    words: tuple[str, ...]
    owner: str
    partners: tuple[str, ...]
    months: int
    indicator: str


_NONE = ActionTemplate(
    code="Sans action",
    axis=NO_ACTION,
    title="Choisir l'action qui répond à ces besoins",
    words=(),
    owner=MISSION_TEAM,
    partners=(),
    months=0,
    indicator="Besoins rattachés à une action",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardNeed:
    """A need with the firm and the interview it comes from, and the axis under which it was heard."""

    firm: str
    interview: str
    axis: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapAction:
    """An action of the roadmap, with every need that it answers."""

    code: str
    axis: str
    title: str
    owner: str
    partners: tuple[str, ...]
    due_on: date
    indicator: str
    needs: tuple[HeardNeed, ...]

    @property
    def answers(self) -> bool:
        """Whether it answers its needs; otherwise it only lists those that wait for an action."""
        return self.axis != NO_ACTION

    @property
    def firms(self) -> tuple[str, ...]:
        """Firms that asked for it."""
        return tuple(dict.fromkeys(need.firm for need in self.needs))


def load_action_templates(path: Path) -> tuple[ActionTemplate, ...]:
    """Read ``feuille_de_route.yaml``; raises ``CatalogueError`` with every fault of the file."""
    rows: list[dict[str, Any]] = read_shaped(path, _SHAPE).data["actions"]
    return tuple(
        ActionTemplate(
            code=row["code"],
            axis=row["axe"],
            title=row["titre"],
            words=tuple(_plain(word) for word in row["mots"]),
            owner=row["pilote"],
            partners=tuple(row["partenaires"]),
            months=row["mois"],
            indicator=row["indicateur"],
        )
        for row in rows
    )


_SHAPE = block(
    schema={"const": "feuille_de_route/v1"},
    actions=many(
        block(
            code=TEXT,
            axe=TEXT,
            titre=TEXT,
            mots=many(TEXT),
            pilote=TEXT,
            partenaires=many(TEXT),
            mois=WHOLE,
            indicateur=TEXT,
        )
    ),
)


def build_roadmap(
    interviews: Iterable[Interview],
    templates: Sequence[ActionTemplate],
    *,
    axes: Sequence[str],
    committee_on: date,
    covers: Callable[[str], bool],
    named: Callable[[str], Sequence[str]] = lambda code: (code,),
) -> tuple[RoadmapAction, ...]:
    """Actions that answer at least one need: by axis in the given order, the most asked for first.

    A need joins the action of its axis most of whose words it holds; without any, the axis's catch-all action. The
    needs of axes without one come last, under ``NO_ACTION``: the team says what becomes of them, at the committee.
    ``covers`` says which organisations work in the territory: the first that does leads, the mission's team otherwise.
    ``named`` gives those of a family (``cci-*``): the first that works in the territory stands for it.
    """
    heard: dict[str, list[HeardNeed]] = {}
    for interview in interviews:
        for need in interview.needs:
            template = _template_of(need, templates)
            heard.setdefault(template.code, []).append(
                HeardNeed(firm=interview.firm_id, interview=interview.id, axis=need.axis, text=need.text)
            )
    by_code: Mapping[str, ActionTemplate] = {template.code: template for template in (*templates, _NONE)}
    actions = [_action(by_code[code], needs, committee_on, covers, named) for code, needs in heard.items()]
    rank = {axis: position for position, axis in enumerate(axes)}
    return tuple(sorted(actions, key=lambda a: (rank.get(a.axis, len(rank)), -len(a.firms), a.code)))


def orphan_alert(interviews: Iterable[Interview], templates: Sequence[ActionTemplate]) -> str:
    """That needs were heard under axes without an action; empty when there is none."""
    lost = [need for interview in interviews for need in interview.needs if _template_of(need, templates) is _NONE]
    if not lost:
        return ""
    axes = ", ".join(f"« {axis} »" if axis else "aucun axe dit" for axis in sorted({need.axis for need in lost}))
    many = len(lost) > 1
    return (
        f"{f'{len(lost)} besoins sont' if many else 'Un besoin est'} sans action : la feuille de route n'en a pas pour "
        f"{'leur axe' if many else 'son axe'} ({axes}). Les rattacher à un axe connu dans l'entretien, ou ajouter "
        "à referentiels/feuille_de_route.yaml une action de cet axe, sans mots clés."
    )


def _action(
    template: ActionTemplate,
    needs: Sequence[HeardNeed],
    committee_on: date,
    covers: Callable[[str], bool],
    named: Callable[[str], Sequence[str]],
) -> RoadmapAction:
    first = (next(filter(covers, named(name)), None) for name in (template.owner, *template.partners))
    present = list(dict.fromkeys(code for code in first if code is not None))
    owner, *partners = present or [MISSION_TEAM]
    return RoadmapAction(
        code=template.code,
        axis=template.axis,
        title=template.title,
        owner=owner,
        partners=tuple(partners),
        due_on=months_later(committee_on, template.months),
        indicator=template.indicator,
        needs=tuple(needs),
    )


def _template_of(need: Need, templates: Sequence[ActionTemplate]) -> ActionTemplate:
    mine = [template for template in templates if template.axis == need.axis]
    plain = _plain(need.text)
    words = plain.replace("'", " ").replace("’", " ").split()
    counts = [sum(_holds(words, plain, word) for word in template.words) for template in mine]
    best = max(counts, default=0)
    if best:
        return mine[counts.index(best)]
    return next((template for template in mine if not template.words), _NONE)


def _holds(words: Sequence[str], text: str, wanted: str) -> bool:
    """Short words must be whole (« ia »); longer ones are stems (« recrut »)."""
    if " " in wanted:
        return wanted in text
    shortest_stem = 4
    return any(word == wanted if len(wanted) < shortest_stem else word.startswith(wanted) for word in words)


def _plain(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
