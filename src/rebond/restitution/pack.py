"""What goes to one organisation in one piece: what it is sent, what is to be gathered, what of each plan is its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rebond.dispositifs.model import Instrument
from rebond.restitution.contents import Block, Paragraph, Quote, Section, Table, Text, plain
from rebond.restitution.editions import Edition, Recipient, edition_of
from rebond.restitution.papers import Paper, papers_for
from rebond.restitution.typography import sentence_case
from rebond.restitution.wording import spelled
from rebond.results import MissionResult, ProjectResult
from rebond.units import agreed, format_euros

ANCHOR = "bordereau"
_UNSAID = "à préciser"
_OF_THE_PLAN = "les projets du plan de financement qui suit"
_ALL_NAMED = "tous les projets nommés"
_FIGURES = 100
"""A sentence begins by a number in words, below that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart:
    """Euros of the plan that are asked of the organisation, on one cost line."""

    support: str
    cost: str
    amount: int
    basis: str
    """The article that allows it."""
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLine:
    """One project sent to the organisation, as it is told of it."""

    project: str
    firm: str
    asked: str
    """For what, and how much where the organisation may know it."""
    awaited: str
    """What it is asked to do."""
    before: date | None
    questions: tuple[str, ...] = ()
    """What is still to be gathered for its support."""
    papers: tuple[Paper, ...] = ()
    """What a firm is usually asked for, for such a support; none of a project under a code name."""
    plan: tuple[PlanPart, ...] = ()
    """What of the plan is asked of the organisation."""


def pack_lines(result: MissionResult, recipient: Recipient) -> tuple[PackLine, ...]:
    """What an edition sends to its organisation: nothing that its sheets do not tell."""
    if recipient.edition is not Edition.PARTNER:
        return ()
    given = edition_of(result, recipient)
    found = []
    for p in given.projects:
        named = p.project.id not in given.veiled
        referral = next((r for r in p.referrals if r.organisation == recipient.organisation), None)
        sums: dict[str, int] = {}
        for line in p.plan.lines:
            sums[line.dispositif] = sums.get(line.dispositif, 0) + line.amount
        titles = [f"{result.labels.dispositifs.get(key, key)} : {format_euros(amount)}" for key, amount in sums.items()]
        found.append(
            PackLine(
                project=p.project.title,
                firm=p.firm.name if named else "non communiquée",
                asked="\n".join(titles) if named and titles else "accompagnement ou instruction du projet",
                awaited=referral.next_step if referral and named else "Dire si ce projet est pour vous",
                before=referral.due_on if referral else None,
                questions=tuple(dict.fromkeys(q for line in p.plan.lines for q in line.questions)) if named else (),
                papers=_papers_of(p, recipient.organisation) if named else (),
                plan=tuple(_plan_of(p, result)) if named else (),
            )
        )
    return tuple(found)


def _papers_of(p: ProjectResult, organisation: str) -> tuple[Paper, ...]:
    lines = p.plan.lines
    forms = {line.instrument.value for line in lines} or {Instrument.ADVICE.value}
    return papers_for(forms=forms, regimes={line.regime for line in lines}, organisation=organisation)


def _plan_of(p: ProjectResult, result: MissionResult) -> Iterator[PlanPart]:
    costs = {cost.id: cost.label or result.labels.natures.get(cost.nature, cost.nature) for cost in p.project.costs}
    for line in p.plan.lines:
        yield PlanPart(
            support=result.labels.dispositifs.get(line.dispositif, line.dispositif),
            cost=costs.get(line.line, line.line),
            amount=line.amount,
            basis=line.article,
            state=line.state.label,
        )


def pack_sections(result: MissionResult, recipient: Recipient) -> tuple[Section, ...]:
    """All that comes before the sheets of an edition: nothing, but for an organisation."""
    lines = pack_lines(result, recipient)
    if not lines:
        return ()
    return pack_section(lines, result.organisation_name(recipient.organisation)), *_plan_section(lines)


def _plan_section(lines: Sequence[PackLine]) -> Iterator[Section]:
    """What of the plans is asked of the organisation, cost line by cost line."""
    rows = tuple(
        (
            (Quote(text=line.project),),
            (Quote(text=part.support),),
            (Quote(text=part.cost),),
            (Quote(text=format_euros(part.amount)),),
            (Quote(text=part.basis or "à confirmer par l'organisme"),),
            (Quote(text=part.state),),
        )
        for line in lines
        for part in line.plan
    )
    if rows:
        header = ("Projet", "Soutien", "Dépense", "Montant", "Base légale", "État")
        table = Table(
            caption="Plan : ce qui vous est demandé",
            header=header,
            rows=rows,
            numbers=frozenset({3}),
            shares=(0.2, 0.2, 0.18, 0.12, 0.17, 0.13),
        )
        told = Paragraph(
            text=plain("Ce que le plan de financement de chaque projet attend de vous, dépense par dépense :")
        )
        yield Section(title="Plan de financement : votre part", anchor="plan", blocks=(told, table))


def pack_section(lines: Sequence[PackLine], organisation: str = "") -> Section:
    """The list, what is still to be gathered project by project, then the papers usually asked, with their sources."""
    count = len(lines)
    counted = sentence_case(spelled(count)) if count < _FIGURES else str(count)
    asked = [each for each in lines if each.questions]
    return Section(
        title="Bordereau des projets adressés",
        anchor=ANCHOR,
        blocks=(
            Paragraph(
                text=plain(
                    f"{counted} {agreed('projets', count)} "
                    f"{'vous sont adressés' if count > 1 else 'vous est adressé'} : pour chacun, dites si "
                    "vous le prenez, ce qu'il vous manque, ou qu'il n'est pas pour vous."
                ),
                lead=True,
            ),
            Table(
                caption="Projets adressés",
                header=("Projet", "Entreprise", "Pour", "Ce qui est attendu", "Avant le"),
                rows=tuple(_row(each) for each in lines),
                shares=(0.23, 0.16, 0.22, 0.23, 0.16),
            ),
            *(
                (
                    Table(
                        caption="Réponses et pièces à réunir avec l'entreprise",
                        header=("Projet", "À réunir"),
                        rows=tuple(
                            ((Quote(text=each.project),), (Quote(text="\n".join(map(sentence_case, each.questions))),))
                            for each in asked
                        ),
                        shares=(0.3, 0.7),
                    ),
                )
                if asked
                else ()
            ),
            *_papers_blocks(lines, organisation),
        ),
    )


def _papers_blocks(lines: Sequence[PackLine], organisation: str) -> Iterator[Block]:
    """The papers, for which projects, and what is not known: the list of the organisation itself."""
    wanted: dict[Paper, list[str]] = {}
    for line in lines:
        for paper in line.papers:
            wanted.setdefault(paper, []).append(line.project)
    if not wanted:
        return
    # Nine titles under each of ten papers took two pages, and nobody saw that they were the same nine.
    alike = {
        tuple(line.project for line in lines if line.plan): _OF_THE_PLAN,
        tuple(line.project for line in lines if line.papers): _ALL_NAMED,
    }
    yield Paragraph(text=plain("Pièces que l'entreprise a d'ordinaire à donner :"))
    yield Table(
        caption="Pièces à réunir",
        header=("Pièce", "Pour", "D'où cela vient"),
        rows=tuple(_paper_row(paper, names, alike) for paper, names in wanted.items()),
        shares=(0.44, 0.24, 0.32),
    )
    yield Paragraph(
        text=plain(
            f"La liste exacte est à demander à l'organisme{f' ({organisation})' if organisation else ''} : "
            "aucune n'a été relevée dans un texte. Ce qui est noté « à confirmer » est d'usage, ou dit de mémoire."
        )
    )


def _paper_row(paper: Paper, names: Sequence[str], alike: Mapping[tuple[str, ...], str]) -> tuple[Text, ...]:
    title = f"{paper.title} ({paper.note})" if paper.note else paper.title
    together = alike.get(tuple(names), "") if len(names) > 1 else ""
    told = sentence_case(paper.source)
    source = told if paper.verified else f"À confirmer. {told}"
    return (
        (Quote(text=title),),
        (Quote(text=together or "\n".join(names)),),
        (Quote(text=source),),
    )


def _row(line: PackLine) -> tuple[Text, ...]:
    return (
        (Quote(text=line.project),),
        (Quote(text=line.firm),),
        (Quote(text=line.asked),),
        (Quote(text=line.awaited),),
        (line.before or _UNSAID,),
    )
