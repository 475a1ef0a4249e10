"""What the tests of the committee do of a sitting: read its screen, decide as proposed, freeze, read a file."""

import io
from typing import Any

import docx
from django.test import Client

from rebond.web.committee.models import FrozenSitting
from rebond.web.missions.models import Mission
from rebond.web.studies.models import ProjectFinding
from tests.web.addresses import address

SCREEN = address("committee:screen")
COMMON = {"date": "05/10/2026", "par": "comité", "motif": "conforme à la proposition", "autres": "reserve"}


def refs(mission: Mission, status: str) -> list[str]:
    """Projects proposed, or not, the best value first."""
    found = ProjectFinding.objects.found_by(mission.current_study).filter(status=status).order_by("-score")
    return list(found.values_list("project__ref", flat=True))


def shown(client: Client, query: str = "") -> Any:
    return client.get(f"{SCREEN}?{query}").context["screen"]


def decide_as_proposed(client: Client) -> None:
    assert client.post(f"{SCREEN}decider/", COMMON).status_code == 302


def frozen(client: Client, mission: Mission, **sent: str) -> FrozenSitting:
    page = client.get(f"{SCREEN}geler/")
    client.post(f"{SCREEN}geler/", {"vu": page.context["seen"], **sent})
    return FrozenSitting.objects.of(mission).latest("number")


def text_in(content: bytes) -> str:
    file = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in file.paragraphs), *cells])
