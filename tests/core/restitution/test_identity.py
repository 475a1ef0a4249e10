"""One look for the documents and the site."""

from __future__ import annotations

import re
from pathlib import Path

import rebond
from rebond.restitution import identity

_COLOUR = re.compile(r"#[0-9a-f]{6}\b", re.IGNORECASE)
_HOME = Path(rebond.__file__).parent
_TOLD = {value for value in vars(identity).values() if isinstance(value, str) and _COLOUR.fullmatch(value)}
_TOKENS = {
    "ink": identity.INK,
    "quiet": identity.QUIET_INK,
    "rule-strong": identity.RULE,
    "navy": identity.NAVY,
    "navy-deep": identity.NAVY_DEEP,
    "blue": identity.BLUE,
    "amber": identity.AMBER,
    "amber-wash": identity.AMBER_WASH,
    "sky": identity.SKY,
    "green": identity.GREEN,
    "brick": identity.BRICK,
}


def test_the_site_and_the_documents_have_the_same_colours_and_typeface() -> None:
    tokens = (_HOME / "web/static/rebond/tokens.css").read_text(encoding="utf-8")
    found = dict(re.findall(r"--rb-([a-z-]+): (#[0-9a-f]{6});", tokens))
    assert {name: found[name] for name in _TOKENS} == _TOKENS
    assert f'--rb-sans: "{identity.FONT}"' in tokens


def test_no_document_has_a_colour_of_its_own() -> None:
    style = (_HOME / "adapters/documents/restitution.css").read_text(encoding="utf-8")
    assert set(_COLOUR.findall(style)) <= _TOLD
    for folder in ("adapters/documents", "restitution/report"):
        for path in (_HOME / folder).rglob("*.py"):
            code = path.read_text(encoding="utf-8")
            assert not re.findall(r"[\"']#?[0-9A-F]{6}[\"']", code, re.IGNORECASE), path
