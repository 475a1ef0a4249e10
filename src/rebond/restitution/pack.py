"""What goes to one organisation in one piece: the list of what it is sent, before the sheet of each project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rebond.restitution.contents import Bullets, Paragraph, Quote, Section, Table, Text, plain
from rebond.restitution.editions import Edition, Recipient, edition_of
from rebond.restitution.typography import sentence_case
from rebond.restitution.wording import spelled
from rebond.results import MissionResult
from rebond.units import agreed, format_euros

ANCHOR = "bordereau"
_UNSAID = "à préciser"
_FIGURES = 100
"""A sentence begins by a number in words, below that."""


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
            )
        )
    return tuple(found)


def pack_section(lines: Sequence[PackLine]) -> Section:
    """The list, then what is still to be gathered, project by project."""
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
                    Paragraph(text=plain("Réponses et pièces à réunir avec l'entreprise :")),
                    Bullets(
                        items=tuple((Quote(text=f"{each.project} : {' ; '.join(each.questions)}"),) for each in asked)
                    ),
                )
                if asked
                else ()
            ),
        ),
    )


def _row(line: PackLine) -> tuple[Text, ...]:
    return (
        (Quote(text=line.project),),
        (Quote(text=line.firm),),
        (Quote(text=line.asked),),
        (Quote(text=line.awaited),),
        (line.before or _UNSAID,),
    )
