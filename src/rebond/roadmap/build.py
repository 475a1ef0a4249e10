"""The roadmap: needs heard in interviews, grouped by axis into actions with an owner, a date and an indicator."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rebond.data.shapes import TEXT, WHOLE, block, by_key, many, read_shaped
from rebond.facts import Interview, Need
from rebond.facts.roadmap import need_ref
from rebond.units import agreed, months_later

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
    themes: Mapping[str, tuple[str, ...]]
    """Theme → the words of a need by which it is told, in the place of what was said."""


_NONE = ActionTemplate(
    code="Sans action",
    axis=NO_ACTION,
    title="Choisir l'action qui répond à ces besoins",
    words=(),
    owner=MISSION_TEAM,
    partners=(),
    months=0,
    indicator="Besoins rattachés à une action",
    themes={},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardNeed:
    """A need with the firm and the interview it comes from, and the axis under which it was heard."""

    firm: str
    interview: str
    axis: str
    text: str
    theme: str = ""
    """What it is about, in the words of the action; empty: of its own, or told in confidence."""

    @property
    def ref(self) -> str:
        """How an adopted action names it."""
        return need_ref(self.interview, self.axis)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedAction:
    """An action that a study proposes, with every need that it answers."""

    code: str
    axis: str
    title: str
    owner: str
    partners: tuple[str, ...]
    due_on: date
    indicator: str
    needs: tuple[HeardNeed, ...]
    asked_by: int
    """Firms that asked for it."""

    @property
    def key(self) -> str:
        """What names it from one study to the next: an adopted action is known again by it.

        It is the code of its kind: a catalogue never gives a code that was used to another action.
        """
        return self.code

    @property
    def from_what(self) -> str:
        """For how many firms, from which needs, in the words of nobody."""
        return told_needs(self.needs, self.asked_by)

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
            themes={theme: tuple(_plain(word) for word in words) for theme, words in row.get("themes", {}).items()},
        )
        for row in rows
    )


_SHAPE = block(
    schema={"const": "feuille_de_route/v1"},
    actions=many(
        block(
            frozenset({"themes"}),
            code=TEXT,
            axe=TEXT,
            titre=TEXT,
            mots=many(TEXT),
            pilote=TEXT,
            partenaires=many(TEXT),
            mois=WHOLE,
            indicateur=TEXT,
            themes=by_key(many(TEXT)),
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
    tells: Callable[[str], bool] = lambda _: False,
) -> tuple[ProposedAction, ...]:
    """Actions that answer at least one need: by axis in the given order, the most asked for first.

    A need joins the action of its axis most of whose words it holds; without any, the axis's catch-all action. The
    needs of axes without one come last, under ``NO_ACTION``: the team says what becomes of them, at the committee.
    ``covers`` says which organisations work in the territory: the first that does leads, the mission's team otherwise.
    ``named`` gives those of a family (``cci-*``): the first that works in the territory stands for it. ``tells`` says
    which needs give a confidence away: they are counted, and no theme tells what they are about.
    """
    heard: dict[str, list[HeardNeed]] = {}
    for interview in interviews:
        for need in interview.needs:
            template = _template_of(need, templates)
            heard.setdefault(template.code, []).append(
                HeardNeed(
                    firm=interview.firm_id,
                    interview=interview.id,
                    axis=need.axis,
                    text=need.text,
                    theme="" if tells(need.text) else _theme_of(need.text, template),
                )
            )
    by_code: Mapping[str, ActionTemplate] = {template.code: template for template in (*templates, _NONE)}
    actions = [_action(by_code[code], needs, committee_on, covers, named) for code, needs in heard.items()]
    rank = {axis: position for position, axis in enumerate(axes)}
    return tuple(sorted(actions, key=lambda a: (rank.get(a.axis, len(rank)), -a.asked_by, a.code)))


def told_needs(needs: Sequence[HeardNeed], firms: int) -> str:
    """Needs counted by theme, the most heard first; those that share none, or were told in confidence, come last."""
    if not needs:
        return ""
    themes = Counter(need.theme for need in needs)
    alone = themes.pop("", 0)
    told = [f"{theme} ({count})" for theme, count in sorted(themes.items(), key=lambda pair: (-pair[1], pair[0]))]
    if told and alone:
        told.append(f"{'autre' if alone == 1 else 'autres'} ({alone})")
    heard = f"{len(needs)} {agreed('besoins', len(needs))} {agreed('entendus', len(needs))}"
    asked = f"Pour {firms} {agreed('entreprises', firms)}, {heard}" if firms else heard
    return f"{asked} : {', '.join(told)}." if told else f"{asked}."


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
) -> ProposedAction:
    first = (next(filter(covers, named(name)), None) for name in (template.owner, *template.partners))
    present = list(dict.fromkeys(code for code in first if code is not None))
    owner, *partners = present or [MISSION_TEAM]
    return ProposedAction(
        code=template.code,
        axis=template.axis,
        title=template.title,
        owner=owner,
        partners=tuple(partners),
        due_on=months_later(committee_on, template.months),
        indicator=template.indicator,
        needs=tuple(needs),
        asked_by=len({need.firm for need in needs}),
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


def _theme_of(text: str, template: ActionTemplate) -> str:
    """The theme most of whose words a need holds; empty for none."""
    plain = _plain(text)
    words = plain.replace("'", " ").replace("’", " ").split()
    counts = {theme: sum(_holds(words, plain, each) for each in known) for theme, known in template.themes.items()}
    best = max(counts.values(), default=0)
    return next((theme for theme, count in counts.items() if count == best), "") if best else ""


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
