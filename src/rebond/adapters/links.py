"""Asks the pages of the dispositifs whether they still answer; ``rebond.dispositifs.links`` keeps what was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

import httpx

from rebond.dispositifs.links import LinkRecord
from rebond.dispositifs.model import Dispositif

AGENT = "Rebond (controle des liens du catalogue)"
"""Without its accent: HTTP headers are ASCII."""


def check_links(
    dispositifs: Iterable[Dispositif],
    known: Mapping[str, LinkRecord],
    *,
    on: date,
    client: httpx.Client,
    progress: Callable[[str], None],
) -> dict[str, LinkRecord]:
    """The records after one attempt per page; a page moved is followed, a page that changed address starts anew."""
    records: dict[str, LinkRecord] = {}
    for dispositif in dispositifs:
        if not dispositif.url:
            continue
        progress(dispositif.id)
        before = known.get(dispositif.id)
        if before is None or before.url != dispositif.url:
            before = LinkRecord(dispositif=dispositif.id, url=dispositif.url)
        alive = _answers(dispositif.url, client)
        records[dispositif.id] = replace(before, last_success=on) if alive else replace(before, last_failure=on)
    return records


def _answers(url: str, client: httpx.Client) -> bool:
    """Whether a page answers; a refusal to robots (401, 403, 405, 429) is an answer: somebody is there."""
    try:
        with client.stream("GET", url, headers={"User-Agent": AGENT}, follow_redirects=True) as response:
            return response.is_success or response.status_code in {401, 403, 405, 429}
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
