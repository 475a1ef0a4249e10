"""Whether a project was put before the call in time: its application to the call's operator, and the last cut-off.

A passed cut-off alone is an alert; it keeps a project out when the mission says that the call takes nothing after it.
"""

from __future__ import annotations

from datetime import date

from rebond.dispositifs.catalogue import Catalogue
from rebond.facts import UNKNOWN, Envelope, Maybe, Project
from rebond.portfolio.offered import call_dispositif


def put_forward_on(project: Project, envelope: Envelope, catalogue: Catalogue) -> Maybe[date]:
    """The day of the application to the desks of the call, else of the one given for every funder.

    A letter of intent puts nothing before a call.
    """
    dispositif = catalogue.dispositifs.get(call_dispositif(envelope, catalogue))
    desks = {envelope.operator, *(dispositif.desks if dispositif else ())}
    mine = [request for request in project.requests if request.funder in desks]
    days = [request.applied_on for request in mine] if mine else [project.applied_on]
    return min((day for day in days if day is not UNKNOWN), default=UNKNOWN)


def too_late(project: Project, envelope: Envelope, catalogue: Catalogue, on: date) -> str:
    """Why a project comes after the last cut-off of the call; empty when it does not, or when the mission takes it.

    Whose application nobody dated may still come in time until that day, and is kept out after it.
    """
    if envelope.after_cutoff is UNKNOWN or envelope.after_cutoff or not envelope.cutoffs:
        return ""
    last = envelope.cutoffs[-1]
    day = put_forward_on(project, envelope, catalogue)
    if day is UNKNOWN:
        words = f"date de la demande à l'opérateur inconnue, et la dernière relève ({last:%d/%m/%Y}) est passée"
        return words if on > last else ""
    return f"demande du {day:%d/%m/%Y}, après la dernière relève de l'appel ({last:%d/%m/%Y})" if day > last else ""
