"""Files made for a sitting, convocation and dossier, as the committee reads them; frozen as of a day, with a digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from rebond.restitution.contents import to_fill
from rebond.restitution.letters import UNSAID, Grid, Value, filled, letter_models, plain_text
from rebond.restitution.typography import french_date
from rebond.units import format_euros, format_number
from rebond.web.accounts.models import User
from rebond.web.committee.agenda import Point, agenda_of, length_words
from rebond.web.committee.attending import Presence, presence_of
from rebond.web.committee.letters import FICTITIOUS, quorum_told, text_of
from rebond.web.committee.members import members_of
from rebond.web.committee.models import SessionDocument, Sitting
from rebond.web.committee.planning import hour_of
from rebond.web.committee.since import since_last
from rebond.web.committee.sittings import tell, touched
from rebond.web.disclosure.disclosed import band_of, committee_of, discreet_words
from rebond.web.journal.writing import author_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import calls_of, proposing, title_of
from rebond.web.portfolio.following import following
from rebond.web.portfolio.session import envelope_bar, lines_on_the_table
from rebond.web.stationery.keeping import on_template, template_of
from rebond.web.studies.models import ProjectFinding

CONVOCATION, DOSSIER = "convocation", "dossier"
MADE = (CONVOCATION, DOSSIER)


def file_of(user: User, sitting: Sitting, kind: str) -> bytes:
    """A file for a sitting, as Word."""
    model = letter_models()[kind]
    mission = sitting.mission
    return on_template(
        template_of(mission, kind),
        text_of(mission, kind),
        model,
        _values(user, sitting, kind),
        title=model.title,
        place=mission.dated_from,
        dated=timezone.localdate() if kind == CONVOCATION else sitting.held_on,
        notices=(FICTITIOUS,) if mission.fictitious else (),
        headed=kind == DOSSIER,
    )


def mail_text(user: User, sitting: Sitting) -> str:
    """The convocation as the text of a mail."""
    model = letter_models()[CONVOCATION]
    text = text_of(sitting.mission, CONVOCATION)
    return plain_text(filled(text, model, _values(user, sitting, CONVOCATION)))


def file_name(sitting: Sitting, kind: str) -> str:
    """How a file of a sitting is called."""
    return f"{kind}-{sitting.mission.slug}-{sitting.held_on.isoformat()}.docx"


def kept_for(mission: Mission, sitting: Sitting) -> list[SessionDocument]:
    """The files frozen for a sitting, without their bytes; one query."""
    if not sitting.pk:
        return []
    return list(SessionDocument.objects.of(mission).filter(sitting_key=sitting.pk).defer("content"))


@transaction.atomic
def keep_file(sitting: Sitting, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Freeze a file as it is now; the same bytes are kept once. What is wrong by field."""
    row = touched(sitting, sent)
    kind = sent.get("document", "")
    if kind not in MADE:
        return {"document": "Choisissez le document à figer."}
    _, is_new = frozen_file(row, kind, by=by)
    return {} if is_new else {"document": "Ce document est déjà figé tel quel : rien n’y a changé."}


def frozen_file(row: Sitting, kind: str, *, by: User) -> tuple[SessionDocument, bool]:
    """A file of a sitting as it is now, frozen; whether it was not already. Under the lock of its mission."""
    content = file_of(by, row, kind)
    digest = hashlib.sha256(content).hexdigest()
    held = SessionDocument.objects.of(row.mission).filter(sitting_key=row.pk, digest=digest).first()
    if held is not None:
        return held, False
    study = row.mission.current_study
    found = SessionDocument.objects.create(
        mission=row.mission,
        mission_slug=row.mission.slug,
        sitting_key=row.pk,
        name=file_name(row, kind),
        title=letter_models()[kind].title,
        at=timezone.now(),
        by_name=author_of(by).said,
        study_number=study.number if study else None,
        content=content,
        size=len(content),
        digest=digest,
    )
    tell(row, "document", None, f"{file_name(row, kind)} : {digest}", by=by)
    return found, True


def is_whole(document: SessionDocument) -> bool:
    """Whether its bytes are those of its digest."""
    return hashlib.sha256(bytes(document.content)).hexdigest() == document.digest


def agenda_grid(points: Sequence[Point]) -> Grid:
    """The agenda as a table."""
    told = [point_told(each) for each in points]
    return Grid(
        ("Nº", "Point", "Durée", "Rapporteur"),
        tuple(
            (str(rank), each["intitule"], each["duree"] or UNSAID, each["rapporteur"])
            for rank, each in enumerate(told, start=1)
        ),
    )


def point_told(point: Point) -> dict[str, str]:
    """A point as a record keeps it."""
    return {
        "nature": point.kind,
        "intitule": point.title,
        "duree": f"{point.minutes} min" if point.minutes else "",
        "rapporteur": point.who,
        "dit": point.said,
    }


def when_words(sitting: Sitting) -> str:
    """« 12 janvier 2027 à 14 h 30 »."""
    hour = hour_of(sitting)
    return f"{french_date(sitting.held_on)}{f' à {hour}' if hour else ''}"


def _values(user: User, sitting: Sitting, kind: str) -> dict[str, Value]:
    mission = sitting.mission
    # What comes by itself counts projects, and names none in its title.
    points = agenda_of(user, sitting)
    presence: Presence = presence_of(sitting, [])
    values: dict[str, Value] = {
        "mission": mission.name,
        "territoire": mission.territory,
        "nature": sitting.get_kind_display() if kind == DOSSIER else sitting.get_kind_display().lower(),
        "quand": when_words(sitting),
        "lieu": sitting.place or UNSAID,
        "visio": sitting.link or "aucune",
        "presidence": sitting.chair or (to_fill("signataire") if kind == CONVOCATION else UNSAID),
        "quorum": quorum_told(presence.words)
        if sitting.quorum is None
        else f"{sitting.quorum} voix présentes ou représentées",
        "ordre_du_jour": agenda_grid(points),
        "duree": length_words(points),
        "membres": Grid(
            ("Membre", "Organisation", "Voix"),
            tuple(
                (each.name, each.organisation or UNSAID, "délibérative" if each.voting else "sans voix")
                for each in members_of(user, mission)
            ),
        ),
        # A convocation does not list itself: freezing it would make it another one.
        "documents_figes": tuple(
            document_words(each)
            for each in kept_for(mission, sitting)
            if kind != CONVOCATION or each.title != letter_models()[CONVOCATION].title
        ),
    }
    return values | (_dossier(user, mission) if kind == DOSSIER else {})


def document_words(document: SessionDocument) -> str:
    """A frozen file in words, with the beginning of its digest."""
    day = french_date(timezone.localtime(document.at).date())
    return f"{document.title}, document figé le {day}, empreinte {document.digest[:16]}"


def _dossier(user: User, mission: Mission) -> dict[str, Value]:
    """What changed, the candidates and the reserve, as the committee reads them."""
    committee = committee_of(mission)
    study = mission.current_study
    rows = []
    for line in lines_on_the_table(user, mission):
        ref = line.project.ref
        named = committee.presented is not None and ref in committee.presented
        finding = line.finding
        proposed = finding is not None and finding.status == ProjectFinding.Status.RETAINED
        amount = finding.envelope if finding is not None and proposed else Decimal(0)
        told = format_euros(amount) if named else band_of(amount)
        decided = line.decision.get_outcome_display() if line.decision else "à décider"
        if line.decision and (title := title_of(mission, line.decision.call)):
            decided += f" ({title})"
        elif title := proposing(mission, finding):
            told += f" ({title})"
        rows.append(
            (
                discreet_words(line.project.title, "")[0] if named else f"Projet {committee.codes[ref]}",
                line.project.firm.name if named else "",
                format_number(finding.score, 1) if finding else UNSAID,
                told if proposed else "non proposé",
                decided,
            )
        )
    calls = calls_of(mission).each()
    come = [
        each
        for found in (following(user, mission, call) for call in calls)
        for each in found.reserve
        if each.comes_in and found.left
    ]
    shown = committee.presented or frozenset()
    return {
        "depuis": tuple(since_last(mission, user, committee).lines),
        "candidats": Grid(("Projet", "Entreprise", "Valeur sur 100", "Proposition", "Décision"), tuple(rows)),
        "reserve_entrante": tuple(
            discreet_words(each.project.title, "")[0]
            if each.project.ref in shown
            else f"Projet {committee.codes[each.project.ref]}"
            for each in come
        ),
        "enveloppe": " ; ".join(
            call.named(format_euros(envelope_bar(user, mission, call=call).amount)) for call in calls
        ),
        "etude": str(study.number) if study else "sans étude",
    }


def made_files() -> list[tuple[str, str]]:
    """The files that can be made for a sitting, with their titles."""
    return [(kind, letter_models()[kind].title) for kind in MADE]
