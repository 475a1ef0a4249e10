"""Every address of the site, by view name, with the arguments that the sample mission gives it."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

MISSION = "chaumont-langres"
FIRM = {"mission": MISSION, "ref": "E001"}
PROJECT = {"mission": MISSION, "ref": "P001"}
OF_MISSION = {"mission": MISSION}

PUBLIC: dict[str, dict[str, str]] = {
    "accounts:login": {},
    "catalogue:list": {},
    "catalogue:dispositif": {"funder": "bpifrance", "slug": "rebond-industriel"},
    "catalogue:regimes": {},
    "catalogue:regime": {"regime": "rgec_14_afr"},
    "screening:start": {},
    "screening:results": {},
    "screening:criteria": {"funder": "bpifrance", "slug": "rebond-industriel"},
    "screening:data": {},
    "screening:communes": {},
    "legal": {},
    "accessibility": {},
    "about": {},
}
SIGNED_IN: dict[str, dict[str, str]] = {
    "missions:list": {},
    "missions:home": OF_MISSION,
    "missions:overview": OF_MISSION,
    "desk:questions": OF_MISSION,
    "desk:search": OF_MISSION,
    "firms:list": OF_MISSION,
    "firms:sheet": FIRM,
    "interviews:list": OF_MISSION,
    "projects:list": OF_MISSION,
    "projects:sheet": PROJECT,
    "projects:facts": PROJECT,
    "projects:costs": PROJECT,
    "projects:dispositifs": PROJECT,
    "projects:known": PROJECT,
    "projects:follow_up": PROJECT,
    "projects:history": PROJECT,
    "financing:plan": PROJECT,
    "financing:simulation": PROJECT,
    "financing:frozen_list": PROJECT,
    "financing:plan_document": {**PROJECT, "kind": "xlsx"},
    "financing:verdict": {**PROJECT, "dispositif": "ademe/bciat-2026"},
    "portfolio:call": OF_MISSION,
    "referrals:list": OF_MISSION,
    "roadmap:roadmap": OF_MISSION,
    "restitution:indicators": OF_MISSION,
    "restitution:indicator": {**OF_MISSION, "code": "projets_inconnus"},
    "restitution:documents": OF_MISSION,
    "restitution:document": {**OF_MISSION, "path": "communique.txt"},
}
NO_PAGE = {"home", "accounts:logout", "financing:frozen", "desk:save_view", "desk:forget_view"}
"""Addresses that only send elsewhere, or that show what people store: those have tests of their own."""
NOT_HTML = {"restitution:document", "financing:plan_document", "screening:data", "screening:communes"}
"""Addresses that answer with a file, data or a piece of a page."""
PAGES = {name: args for name, args in {**PUBLIC, **SIGNED_IN}.items() if name not in NOT_HTML}


def address(name: str) -> str:
    """The address of a view for the sample mission."""
    return reverse(name, kwargs={**PUBLIC, **SIGNED_IN}.get(name, {}))


def every_name() -> set[str]:
    """The name of every view that the site answers to."""
    return set(_names(get_resolver().url_patterns, ""))


def _names(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _names(pattern.url_patterns, inside)
        else:
            yield f"{prefix}{pattern.name}"
