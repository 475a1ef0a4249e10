"""An edition of a mission as open data."""

from __future__ import annotations

import io
import zipfile

from django.utils import timezone

from rebond.publication.open_data import About, licences, open_data
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.missions.models import Mission
from rebond.web.publishing.models import Edition

ZIP = "application/zip"
_MOMENT = (1980, 1, 1, 0, 0, 0)


def about_of(mission: Mission, edition: Edition) -> About:
    """What an edition is of."""
    names = current_catalogue().gazetteer.epcis
    return About(
        mission=typeset(mission.name),
        territory=typeset(mission.territory),
        epcis=tuple((code, names.get(code, code)) for code in mission.epcis),
        on=edition.examined_on,
        fictitious=mission.fictitious,
        number=edition.number,
        published_on=timezone.localdate(edition.published_at),
    )


def as_zip(mission: Mission, edition: Edition) -> bytes:
    """Its files in one, the same bytes for the same edition."""
    files = open_data(edition.figures, about_of(mission, edition), next(iter(licences().values())))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), body, compress_type=zipfile.ZIP_DEFLATED)
    return stream.getvalue()
