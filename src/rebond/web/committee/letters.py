"""Minutes and letters of a frozen sitting: its record put into the texts of the mission, nothing read again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from rebond.adapters.documents.letters import letter_bytes
from rebond.restitution.contents import to_fill
from rebond.restitution.letters import HEADED, UNSAID, Grid, LetterModel, Value, faults_of, filled, letter_models
from rebond.restitution.samples import NOTICE, sample_values
from rebond.restitution.typography import french_date, sentence_case
from rebond.units import agreed, format_euros, format_number
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import organisation_name
from rebond.web.committee.models import FrozenDecision, FrozenSitting, LetterText
from rebond.web.editing.gestures import lock
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.stationery.keeping import contents, on_template, template_of

MINUTES = "proces_verbal"
KINDS: Mapping[str, str] = {
    CommitteeDecision.Outcome.RETAINED: "lettre_retenu",
    CommitteeDecision.Outcome.RESERVE: "lettre_reserve",
    CommitteeDecision.Outcome.REFUSED: "lettre_orientation",
    CommitteeDecision.Outcome.POSTPONED: "lettre_report",
}
"""Decision → its letter."""
KIND = "modele"
FICTITIOUS = "Démonstration : entreprises et projets fictifs."
_QUORUM = re.compile(r"quorum de (\d+) (atteint|non atteint) : (.+)")


def text_of(mission: Mission, kind: str) -> str:
    """The text of the mission, else the model's; one query."""
    own = LetterText.objects.of(mission).filter(kind=kind).values_list("text", flat=True).first()
    return own if own is not None else letter_models()[kind].text


@transaction.atomic
def write_text(mission: Mission, kind: str, text: str, *, by: User) -> list[str]:
    """Put a text in the place of the model's, or what is wrong with it; an empty one gives the model back.

    ``ArchivedError`` for a mission that is only read.
    """
    lock(mission)
    model = letter_models()[kind]
    text = text.replace("\r\n", "\n").strip()
    text = f"{text}\n" if text else ""
    own = LetterText.objects.of(mission).filter(kind=kind).first()
    if text and (faults := faults_of(text, model)):
        return faults
    if text == (own.text if own else model.text) or (not text and own is None):
        return []
    if not text or text == model.text:
        LetterText.objects.of(mission).filter(kind=kind).delete()
        after = "le texte du modèle"
    else:
        LetterText.objects.update_or_create(mission=mission, kind=kind, defaults={"text": text})
        after = text
    note = Note(kind=KIND, ref=kind, label=model.title, path=("text",), before=own.text if own else None, after=after)
    record(mission, [note], by=author_of(by), act=Act.MANAGED)
    return []


def minutes_bytes(mission: Mission, frozen: FrozenSitting) -> bytes:
    """The minutes, as a Word file."""
    model = letter_models()[MINUTES]
    text, values = text_of(mission, MINUTES), minutes_values(frozen)
    return _bytes(frozen, model, text, values, template_of(mission, MINUTES), place=mission.dated_from)


def letter_of(mission: Mission, frozen: FrozenSitting, decision: FrozenDecision) -> bytes:
    """The letter of one decision, as a Word file."""
    kind = KINDS[decision.outcome]
    said = text_of(mission, kind)
    model, values = letter_models()[kind], letter_values(frozen, decision)
    return _bytes(frozen, model, said, values, template_of(mission, kind), place=mission.dated_from)


def letters_of(mission: Mission, frozen: FrozenSitting, decisions: Iterable[FrozenDecision]) -> list[tuple[str, bytes]]:
    """The letters with the names of their files; two queries."""
    texts = dict(LetterText.objects.of(mission).values_list("kind", "text"))
    templates = contents(mission)
    found = []
    for each in decisions:
        kind = KINDS[each.outcome]
        model = letter_models()[kind]
        text, template = texts.get(kind, model.text), templates.get(kind)
        values = letter_values(frozen, each)
        letter = _bytes(frozen, model, text, values, template, place=mission.dated_from)
        found.append((file_name(each), letter))
    return found


def file_name(decision: FrozenDecision) -> str:
    """How the letter of a decision is called."""
    return f"{KINDS[decision.outcome].replace('_', '-')}-{decision.project_ref}.docx"


def preview(kind: str, text: str) -> bytes:
    """A text with what its fields say in the sample mission."""
    model = letter_models()[kind]
    parts = filled(text, model, sample_values(model))
    return letter_bytes(
        parts, title=model.title, place="Aperçu", dated=date(2026, 10, 5), notices=(NOTICE,), headed=kind in HEADED
    )


def _bytes(
    frozen: FrozenSitting,
    model: LetterModel,
    text: str,
    values: Mapping[str, Value],
    template: bytes | None,
    *,
    place: str,
) -> bytes:
    """``place``: the town of the mission's announcements. The record holds none, and a territory is not one."""
    said = frozen.content
    return on_template(
        template,
        text,
        model,
        values,
        title=model.title,
        place=place,
        dated=min(date.fromisoformat(said["tenue_le"]), recorded_on(frozen)),
        notices=(FICTITIOUS,) if said["fictif"] else (),
        headed=model is letter_models()[MINUTES],
    )


def recorded_on(frozen: FrozenSitting) -> date:
    """The day of the freezing, by the clock of the place."""
    return timezone.localtime(frozen.at).date()


def is_early(frozen: FrozenSitting) -> bool:
    """Whether decisions were recorded before the day that was planned: nobody may write that the committee sat then."""
    return recorded_on(frozen) < date.fromisoformat(frozen.content["tenue_le"])


def _day(frozen: FrozenSitting, told: str) -> str:
    """The day of a sitting, with what is to be known of it when it was frozen before."""
    early = f" (date prévue, décisions enregistrées le {french_date(recorded_on(frozen))})"
    return f"{told}{early}" if is_early(frozen) else told


def _common(frozen: FrozenSitting) -> dict[str, Value]:
    said = frozen.content
    return {
        "mission": said["mission"],
        "territoire": said["territoire"],
        "operateur": organisation_name(said["operateur"]) if said["operateur"] else UNSAID,
        "seance": str(said["seance"]),
        "date_seance": _day(frozen, french_date(date.fromisoformat(said["tenue_le"]))),
        "presidence": said["presidence"] or UNSAID,
    }


def minutes_values(frozen: FrozenSitting) -> dict[str, Value]:
    """What the minutes may say: the record as the committee reads it."""
    said = frozen.content
    rows = said["lignes"]
    of = {key: [row for row in rows if row["decision"] == key] for key in CommitteeDecision.Outcome.values}
    others = [*of["refuse"], *of["reporte"]]
    return {
        **_common(frozen),
        "suit": f"séance nº {said['suit']} ({said['motif_suite']})" if said["suit"] else "aucune",
        "presents": tuple(said["presents"]),
        "deports": tuple(said["deports"]),
        "etude": str(said["etude"]) if said["etude"] is not None else "sans étude",
        "enveloppe": _euros(said["enveloppe"]),
        "contributeurs": (
            *(f"{each['contributeur']} : {_euros(each['montant'])}" for each in said["contributions"]),
            *map(_call, said.get("appels", ())),
        ),
        **_sums(said),
        "regles": tuple(_rules(said)),
        "retenus": Grid(
            ("Projet", "Entreprise", "Montant accordé", "Motif"),
            tuple(
                (_of_call(row["projet"], row), row["entreprise"], amount_told(row, "montant") or UNSAID, _why(row))
                for row in of["retenu"]
            ),
        ),
        "reserve": Grid(
            ("Projet", "Entreprise", "Valeur sur 100", "Motif"),
            tuple((_of_call(row["projet"], row), row["entreprise"], _value(row), _why(row)) for row in of["reserve"]),
        ),
        "autres": Grid(
            ("Projet", "Entreprise", "Décision", "Motif"),
            tuple(
                (
                    _of_call(row["projet"], row),
                    row["entreprise"],
                    CommitteeDecision.Outcome(row["decision"]).label,
                    _why(row),
                )
                for row in others
            ),
        ),
        "ecarts": tuple(_difference(row) for row in rows if row["differe"]),
        "empreinte": frozen.digest,
        **_gathering(frozen),
    }


def _why(row: Mapping[str, Any]) -> str:
    """The reason of a decision, then how the votes went when they were counted."""
    return " — ".join(filter(None, (row["motif"], row.get("voix", ""))))


def _sums(said: Mapping[str, Any]) -> dict[str, Value]:
    """What was granted and what is left: of projects not put before the committee, the range of their sum alone."""
    granted = f"{_euros(said['accorde'])} à {said['retenus']} {agreed('projets', said['retenus'])}"
    if not (elsewhere := said.get("accorde_ailleurs")):
        return {"accorde": granted, "reste": _euros(said["reste"])}
    return {
        "accorde": f"{granted}, et {elsewhere} à des projets qui ne lui sont pas présentés",
        "reste": f"moins de {_euros(said['reste'])}",
    }


def _call(said: Mapping[str, str]) -> str:
    """One of several calls: what it holds, grants and has left, to the projects put before the committee."""
    operator = f", opérateur {organisation_name(said['operateur'])}" if said["operateur"] else ""
    return (
        f"Appel « {said['appel']} »{operator} : enveloppe de {_euros(said['enveloppe'])}, "
        f"{_euros(said['accorde'])} accordés, {_euros(said['reste'])} de reste"
    )


def _gathering(frozen: FrozenSitting) -> dict[str, Value]:
    """Who came and what was on the agenda; a record of before sittings were planned holds none of it."""
    said = frozen.content
    points = said.get("ordre_du_jour", ())
    return {
        "nature": said.get("nature", "Comité"),
        "quand": _day(frozen, said.get("quand") or french_date(date.fromisoformat(said["tenue_le"]))),
        "lieu": said.get("lieu") or UNSAID,
        "quorum": quorum_told(said.get("quorum") or UNSAID),
        "ordre_du_jour": Grid(
            ("Nº", "Point", "Durée", "Rapporteur", "Ce qui s’est dit"),
            tuple(
                (str(rank), each["intitule"], each["duree"] or UNSAID, each["rapporteur"], each["dit"])
                for rank, each in enumerate(points, start=1)
            ),
        ),
        "presences": Grid(
            ("Membre", "Organisation", "Voix", "Présence"),
            tuple(
                (
                    each["nom"],
                    each["organisation"],
                    "délibérative" if each["voix"] else "sans voix",
                    f"{each['etat']} par {each['par']}" if each["par"] else each["etat"],
                )
                for each in said.get("presences", ())
            ),
        ),
        "depuis": tuple(said.get("depuis", ())),
        "documents_figes": tuple(
            f"{each['titre']}, document figé le {each['le']}, empreinte {each['empreinte']}"
            for each in said.get("documents", ())
        ),
        "prochaine": said.get("prochaine") or "Aucune séance n’est prévue.",
    }


def quorum_told(words: str) -> str:
    """The quorum after « Quorum : », which need not say that it is one.

    >>> quorum_told("quorum de 2 atteint : 3 voix"), quorum_told("aucun quorum fixé")
    ('2 voix, atteint (3 voix)', 'aucun')
    """
    told = _QUORUM.sub(r"\1 voix, \2 (\3)", words)
    return told.replace("aucun quorum fixé", "aucun").replace("quorum de ", "")


def _rules(said: Mapping[str, Any]) -> Iterator[str]:
    """The rules, whether they are kept, then why the committee gave itself them."""
    for rule in said["regles"]:
        yield _rule(rule, said)
    if said["regles"] and said["motif_regles"]:
        yield f"Motif : {said['motif_regles']}"


def _rule(rule: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    if not rule["manque"]:
        return f"{rule['texte']} : tenue"
    return f"{rule['texte']} : non tenue ({rule['manque']}) — {said['motif_ecart_aux_regles']}"


def _value(row: Mapping[str, Any]) -> str:
    """A number, or the interval that unknown marks leave; a record of before held the least only."""
    least, most = (format_number(Decimal(row.get(key, row["valeur"])), 1) for key in ("valeur", "valeur_au_plus"))
    return least if least == most else f"{least} à {most}"


def _difference(row: Mapping[str, Any]) -> str:
    proposed = f"proposé {amount_told(row, 'montant_propose') or UNSAID}" if row["propose"] else "non proposé"
    decided = CommitteeDecision.Outcome(row["decision"]).label.lower()
    told = " ".join(filter(None, (decided, amount_told(row, "montant"))))
    return f"{row['projet']} : {proposed}, décision : {told}. {sentence_case(row['motif'])}".strip()


def amount_told(row: Mapping[str, Any], key: str) -> str:
    """An amount of a line of the record, or the range that it holds in its place; empty when there is none."""
    return format_euros(Decimal(row[key])) if row[key] else str(row.get(f"{key}_tranche", ""))


def letter_values(frozen: FrozenSitting, decision: FrozenDecision) -> dict[str, Value]:
    """What a letter may say: what its firm may read, and what was decided of its own project."""
    told = decision.told
    values: dict[str, Value] = {
        **_common(frozen),
        # A letter ends with whoever signs it: that nobody was named is a blank to fill, not a signature.
        "presidence": frozen.content["presidence"] or to_fill("signataire"),
        **({"operateur": organisation_name(told["operateur"])} if told.get("operateur") else {}),
        "entreprise": told.get("entreprise", "") or UNSAID,
        "projet": _of_call(told.get("projet", "") or UNSAID, told),
        "commune": told.get("commune", "") or UNSAID,
        "montant": "" if decision.amount is None else format_euros(decision.amount),
        "financements": Grid(
            ("Dispositif", "Montant envisagé"), tuple((title, amount) for title, amount in told.get("financements", ()))
        ),
        "suites": tuple(dict.fromkeys(organisation for organisation, _ in told.get("suites", ()))),
    }
    return values


def _of_call(project: str, said: Mapping[str, Any]) -> str:
    """A project, with the call that decided where the mission has several."""
    return f"{project} (appel « {said['appel']} »)" if said.get("appel") else project


def _euros(text: str) -> str:
    return format_euros(Decimal(text)) if text else UNSAID
