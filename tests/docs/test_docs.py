"""The documentation says what the repository does: commands, targets, links, terms, decisions, schemas."""

import ast
import json
import re
import shlex
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from jsonschema import Draft202012Validator

from rebond.cli import main
from rebond.data import data_folder
from rebond.glossary import ENGLISH_TERMS, FRENCH_NOUNS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "adr").glob("*.md"))
SCHEMAS = sorted((*(DOCS / "schemas").glob("*.json"), *(data_folder() / "schemas").glob("*.json")))

_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
_OFFERED = re.compile(r"^([a-z-]+):.*## ", re.MULTILINE)
_COMMENT = re.compile(r"\s+#.*$|\s&.*$")
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_FRENCH_DATE = re.compile(rf"\b(1er|[12]?\d|3[01]) ({_MONTHS}) 20\d\d\b")
_DOCUMENT = re.compile(r"(?<![\w/])docs/[\w./-]+\.(?:md|json)")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, ...]]:
    """Every command that does something, groups left out."""

    def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if not isinstance(command, click.Group):
            yield path
            return
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from walk(found, (*path, name))

    return walk(main, ())


def typed_commands() -> list[tuple[str, str]]:
    """(page, command line) of every ``rebond …`` that a page gives to type."""
    found = []
    for page in PAGES:
        text = text_of(page)
        blocks = [line.strip() for block in _FENCE.findall(text) for line in block.replace("\\\n", " ").splitlines()]
        inline = _INLINE.findall(_FENCE.sub("", text))
        found += [(name_of(page), code) for code in [*blocks, *inline] if code.startswith("rebond ")]
    return found


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    found = set()
    for heading in _HEADING.findall(_FENCE.sub("", text_of(path))):
        kept = [char for char in heading.lower() if char in " -_" or unicodedata.category(char)[0] in "LN"]
        found.add("".join(kept).replace(" ", "-"))
    return found


def is_used(term: str) -> bool:
    """Whether the words of a term, or its plural, are in a name."""
    return any(f"_{term}{end}_" in identifiers() for end in ("", "s"))


@cache
def identifiers() -> str:
    """Names, module names, stored keys and values of the source, one a line, each word within ``_``; no glossary."""
    found: set[str] = set()
    for path in (ROOT / "src" / "rebond").rglob("*.py"):
        if path.name == "glossary.py" or "migrations" in path.parts:
            continue
        found |= {path.stem, path.parent.name}
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
                found.add(node.value)
            found |= {
                value for field in ("id", "attr", "name", "arg") if isinstance(value := getattr(node, field, None), str)
            }
    names = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in found if name.isascii()}
    return "\n".join(f"_{name}_" for name in sorted(names))


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_is_explained_somewhere(path: tuple[str, ...]) -> None:
    asked = re.compile(rf"\brebond {re.escape(' '.join(path))}(?![\w-])")
    assert any(asked.search(text_of(page)) for page in PAGES), f"« rebond {' '.join(path)} » n'est dans aucune page"


@pytest.mark.parametrize(("document", "line"), typed_commands())
def test_every_command_that_a_page_gives_exists_with_its_options(document: str, line: str) -> None:
    words = shlex.split(_COMMENT.sub("", line).replace("…", "").replace("'", "’"))[1:]
    command: click.Command = main
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, f"{document} : « {line} » n'existe pas"
        command = found
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    asked = {word.partition("=")[0] for word in words if word.startswith("--")} - {"--help", "--version"}
    assert asked <= known, f"{document} : « {line} » emploie {sorted(asked - known)}"


def test_the_help_of_make_offers_only_targets_that_exist() -> None:
    makefile = text_of(ROOT / "Makefile")
    offered, declared = set(_OFFERED.findall(makefile)), re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert {"demo", "test", "lint", "bench", "help"} <= offered
    assert declared is not None
    assert offered <= set(declared[1].split())


@pytest.mark.parametrize("target", ["demo", "test", "lint", "bench"])
def test_the_main_targets_are_told_to_newcomers(target: str) -> None:
    told = text_of(ROOT / "README.md") + text_of(ROOT / "CONTRIBUTING.md")
    assert re.search(rf"\bmake {target}\b", told)


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_target_that_a_page_gives_exists(document: Path) -> None:
    targets = set(_TARGET.findall(text_of(ROOT / "Makefile")))
    asked = {
        word
        for code in (*_FENCE.findall(text_of(document)), *_INLINE.findall(_FENCE.sub("", text_of(document))))
        for word in re.findall(r"(?:^|\s{2,})make ([a-z-]+)", code, re.MULTILINE)
    }
    assert asked <= targets


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    broken = []
    for link in _LINK.findall(_FENCE.sub("", text_of(document))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = document if not path else (document.parent / path).resolve()
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached or document.suffix != ".md":
            continue
        reached.add(document)
        links = _LINK.findall(text_of(document))
        waiting += [
            (document.parent / link.partition("#")[0]).resolve() for link in links if not re.match(r"[a-z]+:", link)
        ]
    assert {name_of(path) for path in set(DOCS.glob("*.md")) - reached} == set()


def test_the_catalogue_is_at_least_as_large_as_the_readme_says() -> None:
    told = re.search(r"(\d+)\+ real schemes", text_of(ROOT / "README.md"))
    assert told is not None
    assert len(list((ROOT / "src/rebond/data/dispositifs").glob("*/*.yaml"))) >= int(told[1])


def test_every_document_that_the_code_or_a_page_names_exists() -> None:
    missing = {
        f"{name_of(path)} : {name}"
        for path in [*PAGES, *(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
        for name in _DOCUMENT.findall(text_of(path))
        if not (ROOT / name).exists()
    }
    assert missing == set()


@pytest.mark.parametrize("noun", sorted(FRENCH_NOUNS))
def test_every_french_noun_of_the_glossary_is_used_in_the_code(noun: str) -> None:
    assert is_used(noun)


@pytest.mark.parametrize("term", sorted(ENGLISH_TERMS))
def test_every_english_term_of_the_glossary_is_used_in_the_code(term: str) -> None:
    assert is_used(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", term).lower())


@pytest.mark.parametrize("decision", DECISIONS, ids=name_of)
def test_every_decision_has_a_number_a_title_a_date_a_problem_and_a_choice(decision: Path) -> None:
    text = text_of(decision)
    number = decision.name[:4]
    assert re.match(rf"# {number} — \S.+\n", text), "titre attendu : « # 0001 — Titre »"
    assert _FRENCH_DATE.search(text), "date attendue : « Décidé le 23 novembre 2026 »"
    assert "**Problème.**" in text
    assert "**Choix.**" in text


def test_decisions_are_numbered_without_gap_or_double() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{rank:04}" for rank in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("schema", SCHEMAS, ids=name_of)
def test_every_schema_published_or_shipped_is_a_valid_schema(schema: Path) -> None:
    data = json.loads(text_of(schema))
    assert data["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(data)
