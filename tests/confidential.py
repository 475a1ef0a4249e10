"""Every confidential value of a mission, whom it may be told to, and where it is found in files."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdf

from rebond.facts import UNKNOWN
from rebond.referrals.orient import ReferralKind
from rebond.restitution.confidences import confidences
from rebond.restitution.editions import Edition, Recipient, put_before_committee
from rebond.results import MissionResult, ProjectResult

_SHORT = 12
"""A sentence shorter than that, such as « Bon accueil. », may be said by chance."""
_ROUND = 50_000
"""A multiple of it may be anybody's: a bound of a range, a share of an envelope."""


class Said(str):
    """What a file says, in letters and figures alone, with the amounts in euros that it holds."""

    __slots__ = ("amounts",)
    amounts: frozenset[int]


def deck_text(path: Path) -> str:
    """All that a deck holds: slides, notes, layouts, charts, and the workbook behind each chart."""
    with zipfile.ZipFile(path) as parts:
        found = [parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml")]
        for name in parts.namelist():
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(parts.read(name))) as book:
                    found += [book.read(inner).decode() for inner in book.namelist() if inner.endswith(".xml")]
    # What the deck says beside its texts: alternative texts.
    return " ".join([*found, *(each for text in found for each in re.findall(r'descr="([^"]*)"', text))])


_AMOUNT = re.compile("(\\d[\\d\u202f\u00a0]*)[\u202f\u00a0 ]?€")


def said_by(path: Path) -> Said:
    """All that a file says, hidden parts included, without its tags."""
    match path.suffix:
        case ".docx" | ".xlsx" | ".ods" | ".odt":
            with zipfile.ZipFile(path) as parts:
                found = " ".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
        case ".zip":
            with zipfile.ZipFile(path) as files:
                held = {name: io.BytesIO(files.read(name)) for name in files.namelist()}
            printed = [pypdf.PdfReader(body) for name, body in held.items() if name.endswith(".pdf")]
            inner = [zipfile.ZipFile(body) for name, body in held.items() if not name.endswith(".pdf")]
            parts_of = [each.read(part).decode() for each in inner for part in each.namelist() if part.endswith(".xml")]
            found = " ".join([*parts_of, *(page.extract_text() for each in printed for page in each.pages)])
        case ".pptx":
            found = deck_text(path)
        case ".pdf":
            found = " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        case _:
            found = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        found += " ".join(re.findall(r'="([^"]*)"', found))
    text = html.unescape(re.sub(r"<[^>]*>", " ", found))
    said = Said(bare(text))
    said.amounts = frozenset(int(re.sub(r"\D", "", number)) for number in _AMOUNT.findall(text))
    return said


def bare(text: str) -> str:
    """Letters and figures alone: typography, line breaks and hyphens hide nothing."""
    return re.sub(r"\W", "", text.lower())


def sentences(text: str) -> list[str]:
    return [each for each in re.split(r"[.;\n]\s*", text) if len(each) >= _SHORT]


def _own_amounts(result: MissionResult) -> dict[str, set[int]]:
    """The costs of each project that no other project nor figure of the mission has too."""
    found = {p.project.id: _costs(p) for p in result.projects}
    told = Counter(amount for each in found.values() for amount in each)
    others = {int(i.value) for i in result.indicators} | {int(i.high) for i in result.indicators if i.high}
    for p in result.projects:
        others |= {line.amount for line in p.plan.lines} | {amount for _, amount in p.stack.levels()}
        others |= {p.stack.useful, int(p.plan.need), int(p.plan.gap)}
    rows = {(int(row.value), row.id) for i in result.indicators if i.unit == "€" for row in i.rows}
    shared = {value for value, count in Counter(value for value, _ in rows).items() if count > 1}
    others |= {value for value, ref in rows if value not in found.get(ref, set())}
    return {
        ref: {each for each in amounts - shared if each % _ROUND and told[each] == 1 and each not in others}
        for ref, amounts in found.items()
    }


def _costs(p: ProjectResult) -> set[int]:
    amounts = {p.project.total_cost, *(line.amount for line in p.project.costs)}
    return {int(each) for each in amounts if each == int(each) and each >= 1000}


def says(said: Said, secret: Secret) -> bool:
    """Whether a file holds that value."""
    return int(secret.text) in said.amounts if secret.kind == "montant" else bare(secret.text) in said


@dataclass(frozen=True)
class Secret:
    """A value that not everybody may read."""

    text: str
    kind: str
    firm: str
    project: str = ""


def secrets_of(result: MissionResult) -> Iterator[Secret]:
    """What a mission was told, value by value."""
    census = result.census
    own = _own_amounts(result)
    known = {bare(name) for name in result.organisations.values()}
    for firm in census.firms:
        if bare(firm.name) not in known:
            yield Secret(firm.name, "nom", firm.id)
        if firm.siren is not UNKNOWN:
            yield Secret(str(firm.siren), "siren", firm.id)
    for p in result.projects:
        project = p.project
        yield Secret(project.title, "intitulé", p.firm.id, project.id)
        yield from (Secret(each, "description", p.firm.id, project.id) for each in sentences(project.description))
        yield from (Secret(str(each), "montant", p.firm.id, project.id) for each in own[project.id])
    for interview in census.interviews:
        yield from (Secret(each, "compte rendu", interview.firm_id) for each in sentences(interview.minutes))
        for need in interview.needs:
            yield from (Secret(each, "besoin", interview.firm_id) for each in sentences(need.text))
        yield from (Secret(name, "contact", "") for name in filter(None, interview.interviewer.split(" et ")))


def may_read(secret: Secret, recipient: Recipient, result: MissionResult) -> bool:
    """Whether DESIGN §8 lets a reader have that value: written here a second time, apart from the code."""
    if recipient.edition is Edition.TEAM:
        return True
    if secret.kind == "contact" or recipient.edition is Edition.PRESS:
        return False
    if recipient.edition is Edition.FIRM:
        return secret.firm == recipient.firm and secret.kind != "siren"
    named = _named(recipient, result)
    firms = {p.firm.id for p in result.projects if p.project.id in named}
    if secret.kind == "nom":
        return secret.firm in firms
    if secret.project not in named or secret.kind not in {"intitulé", "description", "montant"}:
        return False
    return recipient.edition is Edition.PARTNER or not confidences().tells(secret.text)


def _named(recipient: Recipient, result: MissionResult) -> set[str]:
    hidden = {p.firm.id for p in result.projects if any(r.kind is ReferralKind.DIFFICULTY for r in p.referrals)}
    presented = put_before_committee(result) if recipient.presented is None else recipient.presented
    return {
        p.project.id
        for p in result.projects
        if p.firm.id not in hidden
        and (
            p.project.id in presented
            if recipient.edition is Edition.COMMITTEE
            else p.firm.id in recipient.agreed and any(r.organisation == recipient.organisation for r in p.referrals)
        )
    }


def leaks(said: Said, result: MissionResult, recipient: Recipient) -> set[Secret]:
    """The values that a file holds and that its reader may not have.

    A value is no leak when the same words are also somebody's that the reader may read.
    """
    every = list(secrets_of(result))
    allowed = {bare(each.text) for each in every if may_read(each, recipient, result)} | set(allowed_words(result))
    return {
        each
        for each in every
        if says(said, each)
        and not may_read(each, recipient, result)
        and (each.kind == "montant" or not any(bare(each.text) in other for other in allowed))
    }


def allowed_words(result: MissionResult) -> Iterator[str]:
    """What documents say anyway: schemes, organisations, axes, the territory."""
    labels = result.labels
    for each in (labels.dispositifs, labels.organisations, labels.axes, labels.natures, labels.epcis):
        yield from map(bare, each.values())
    settings = result.census.settings
    yield from map(bare, (settings.name, settings.territory))
    yield from (bare(action.title) for action in result.roadmap)
