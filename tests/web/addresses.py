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
    "accounts:forgotten": {},
    "accounts:forgotten_sent": {},
    "api:description": {},
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
    "interviews:replies": OF_MISSION,
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
    "portfolio:robustness": OF_MISSION,
    "referrals:list": OF_MISSION,
    "referrals:sent": OF_MISSION,
    "restitution:indicators": OF_MISSION,
    "restitution:indicator": {**OF_MISSION, "code": "projets_inconnus"},
    "studies:list": OF_MISSION,
    "studies:compare": OF_MISSION,
    "worker:standing": OF_MISSION,
    "restitution:documents": OF_MISSION,
    "restitution:document": {**OF_MISSION, "path": "communique.txt"},
}
PERSONAL: dict[str, dict[str, str]] = {
    "accounts:mine": {},
    "accounts:password": {},
    "accounts:factor": {},
    "published:across": {},
    "accounts:name": {},
    "accounts:address": {},
    "directory:list": {},
    "api:tokens": {},
    "reminders:choices": {},
    "reminders:calendar": {},
}
"""Of the account of who asks, whatever mission he or she takes part in."""
TEAM: dict[str, dict[str, str]] = {"exchange:home": OF_MISSION, "exchange:lists": OF_MISSION}
"""For the pilot and the consultants of a mission."""
PILOT: dict[str, dict[str, str]] = {
    "referrals:send": OF_MISSION,
    "exchange:delete": OF_MISSION,
    "organisations:people": OF_MISSION,
    "disclosure:sharing": OF_MISSION,
    "disclosure:files_for": {**OF_MISSION, "whom": "comite", "kind": "csv"},
    "disclosure:asking": OF_MISSION,
    "readings:mission": OF_MISSION,
    "publishing:publication": OF_MISSION,
    "committee:freeze": OF_MISSION,
    "roadmap:new": OF_MISSION,
    "roadmap:leave": {**OF_MISSION, "key": "C2"},
}
ADMINISTRATOR: dict[str, dict[str, str]] = {
    "new:mission": {},
    "new:workbook": {},
    "support:home": {},
    "catalogue:reread": {},
}
"""For those who look after the instance."""
CHANGING: dict[str, dict[str, str]] = {
    "editing:new_firm": OF_MISSION,
    "editing:firm": FIRM,
    "editing:firm_field": {**FIRM, "column": "siren"},
    "editing:remove_firm": FIRM,
    "editing:firm_history": FIRM,
    "editing:new_aid": FIRM,
    "editing:aid": {**OF_MISSION, "ref": "A001"},
    "editing:remove_aid": {**OF_MISSION, "ref": "A001"},
    "editing:new_interview": OF_MISSION,
    "editing:interview": {**OF_MISSION, "ref": "R001"},
    "editing:many": {**OF_MISSION, "family": "projets"},
    "editing:questions": {**OF_MISSION, "ref": "R001"},
    "editing:new_project": OF_MISSION,
    "editing:project": PROJECT,
    "editing:project_field": {**PROJECT, "column": "debut"},
    "editing:unlocks": PROJECT,
    "editing:costs": PROJECT,
    "editing:remove_project": PROJECT,
    "editing:project_history": PROJECT,
    "editing:settings": OF_MISSION,
    "editing:journal": OF_MISSION,
    "editing:checks": OF_MISSION,
    "files:list": OF_MISSION,
    "files:project": PROJECT,
    "files:firm": FIRM,
    "editing:sheet_checks": {**OF_MISSION, "kind": "projet", "ref": "P001"},
    "editing:interview_history": {**OF_MISSION, "ref": "R001"},
    "portfolio:marks": OF_MISSION,
    "portfolio:project_marks": PROJECT,
    "advice:open": {**OF_MISSION, "ref": "P030"},
    "advice:open_many": OF_MISSION,
    "regrouping:split": PROJECT,
    "regrouping:join": PROJECT,
    "regrouping:firms": FIRM,
}
"""Addresses of those who may change the mission: its pilot and consultants."""
OF_SOME_ROLES: dict[str, dict[str, str]] = {
    "linkage:queue": OF_MISSION,
    "linkage:decided": OF_MISSION,
    "portfolio:session": OF_MISSION,
    "portfolio:decision": PROJECT,
    "portfolio:steps": OF_MISSION,
    "portfolio:project_steps": PROJECT,
    "desk:agenda": OF_MISSION,
    "committee:screen": OF_MISSION,
    **dict.fromkeys(("committee:sittings", "committee:members", "committee:since"), OF_MISSION),
    "committee:texts": OF_MISSION,
    "stationery:list": OF_MISSION,
    "stationery:template": {**OF_MISSION, "kind": "presentation"},
    "committee:text": {**OF_MISSION, "kind": "proces_verbal"},
    "roadmap:roadmap": OF_MISSION,
    "advice:list": OF_MISSION,
}
"""Pages that only some roles of the mission open (``missions.access.read_by``): the pilot is one of them."""
EVERY_PART: dict[str, dict[str, str]] = {"publishing:figures": OF_MISSION}
"""For whoever has a part in the mission, whatever it is."""
SPACE: dict[str, dict[str, str]] = {
    "disclosure:space": OF_MISSION,
    "disclosure:files": {**OF_MISSION, "kind": "csv"},
}
"""For those who do not work on the whole mission."""
RESTRICTED = {**CHANGING, **OF_SOME_ROLES}
NO_PAGE = {
    "referrals:many",
    "referrals:inbox",
    "referrals:one",
    "referrals:paper",
    "referrals:file",
    "home",
    "accounts:logout",
    "financing:frozen",
    "exchange:export",
    "exchange:receive",
    "exchange:draft",
    "exchange:figures",
    "exchange:undo",
    "exchange:list_columns",
    "exchange:list_preview",
    "exchange:archive",
    "exchange:download_archive",
    "exchange:letters",
    "editing:undo",
    "editing:restore",
    "editing:draft",
    "editing:answer_check",
    "editing:answer_checks",
    "editing:called_back",
    "desk:calendar",
    "files:download",
    "files:take_off",
    "linkage:undo",
    "advice:sheet",
    "advice:read",
    "portfolio:undo_decision",
    "portfolio:decide_many",
    "portfolio:recuse",
    "committee:decide",
    "committee:rules",
    "committee:people",
    "committee:follow",
    "committee:record",
    "committee:minutes",
    "committee:letters",
    "committee:letter",
    "committee:sitting",
    "committee:convocation",
    "committee:document",
    "stationery:preview",
    "stationery:download",
    "portfolio:withdraw_weights",
    "studies:pin",
    "worker:ask",
    "worker:reading",
    "worker:prepare",
    "desk:save_view",
    "desk:forget_view",
    "accounts:code",
    "accounts:extend",
    "accounts:factor_off",
    "accounts:new_password",
    "accounts:stop_working_for",
    "join",
    "organisations:change",
    "organisations:leave",
    "organisations:revoke",
    "organisations:send_again",
    "support:close",
    "disclosure:sheet",
    "disclosure:request",
    "readings:firm",
    "disclosure:firm_consent",
    "disclosure:firm_withdraw",
    "disclosure:minutes",
    "consent",
    "withdrawal",
    "reply",
    "reply_again",
    "reply_asked",
    "referrals:links",
    "publishing:file",
    "published:across_file",
    "accounts:team",
    "accounts:confirm_address",
    "accounts:withdraw_address",
    "directory:organisation",
    "directory:change",
    "api:revoke",
    "api:sheets",
    "api:sheet",
    "api:missing",
    "roadmap:action",
    "roadmap:adopt",
    "roadmap:undo",
    "roadmap:edit",
    "roadmap:field",
    "roadmap:needs",
    "roadmap:projects",
    "roadmap:organisations",
    "roadmap:progress",
    "reminders:stop",
    "reminders:calendar_off",
    "reminders:feed",
}
"""Addresses that only send elsewhere, or that show what people store: those have tests of their own."""
NOT_HTML = {
    "restitution:document",
    "financing:plan_document",
    "screening:data",
    "screening:communes",
    "editing:unlocks",
    "editing:sheet_checks",
    "worker:standing",
    "disclosure:files_for",
    "api:description",
}
"""Addresses that answer with a file, data or a piece of a page."""
PAGES = {
    name: args
    for name, args in {**PUBLIC, **SIGNED_IN, **PERSONAL, **RESTRICTED, **TEAM, **PILOT, **EVERY_PART}.items()
    if name not in NOT_HTML
}


def address(name: str) -> str:
    """The address of a view for the sample mission."""
    every = {**PUBLIC, **SIGNED_IN, **PERSONAL, **RESTRICTED, **TEAM, **PILOT, **EVERY_PART, **SPACE}
    return reverse(name, kwargs=every.get(name, {}))


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


def every_address() -> Iterator[tuple[str, tuple[str, ...], dict[str, str]]]:
    """Name, arguments and the kind of converter of each argument of every view."""
    yield from _addresses(get_resolver().url_patterns, "", {})


def _addresses(
    patterns: list[URLPattern | URLResolver], prefix: str, above: dict[str, str]
) -> Iterator[tuple[str, tuple[str, ...], dict[str, str]]]:
    for pattern in patterns:
        found = above | {name: type(kind).__name__ for name, kind in pattern.pattern.converters.items()}
        if isinstance(pattern, URLResolver):
            inside = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _addresses(pattern.url_patterns, inside, found)
        else:
            yield f"{prefix}{pattern.name}", tuple(found), found
