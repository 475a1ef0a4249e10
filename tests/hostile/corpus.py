"""Hostile files of every entry: a good one, then what mistakes, other programs and attackers make of it.

Nothing is random: the same corpus every time, so that a file is named and found again. Bombs are marked heavy.
"""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.hostile.seeds import SEEDS, seed

ROOT = Path(__file__).parents[2]


class Case(NamedTuple):
    """A file for an entry."""

    entry: str
    name: str
    raw: bytes | Callable[[], bytes]
    heavy: bool = False

    @property
    def content(self) -> bytes:
        """The bytes; those of a heavy file are made only when they are asked for."""
        return self.raw if isinstance(self.raw, bytes) else self.raw()


NUMBERS = (
    "NaN",
    "-NaN",
    "Infinity",
    "-inf",
    ".nan",
    ".inf",
    "1e400",
    "-1e400",
    "1e99999999",
    "1e-99999999",
    "9" * 6_000,
    "0." + "1" * 6_000,
    "0x" + "f" * 6_000,
    "1_000",
    "１２３",
    "٣",
    "-5",
    "-0",
    "1e5",
    "1E+3",
    "99999999999999999999",
    "1/0",
    "0o17",
    "1:30:00",
    "2026-99-99",
    "0001-01-01",
    "9999-12-31",
    "1e24",
    "1.000.000",
    "12,5,6",
    "+",
    "--3",
    "∞",
    "½",
)
TEXTS = (
    "", " ", "\t", "a" * 32_000, "é" * 32_000, "../../etc/passwd", "/etc/passwd", "P/001", "a\\b", "CON", "nul.txt", ".", "..",
    "=1+1", "+33", "-cmd", "@SUM(A1)", '=HYPERLINK("http://x")', "\x1b[2J", "a\x00b", "\x7f", "\u202egnp", "\u200b",
    "😀" * 100, "e\u0301" * 50, "null", "None", "true", "oui", "%s%n", "{{7*7}}", "${x}", "<script>", "'; DROP", "{0}",
    "\r\n", "a\rb", "\ufeffx", "ſ", "İ", "\U0010ffff", "\x85", "\u2028",
)  # fmt: skip
OTHER_FILES = {
    "vide": b"", "espaces": b" \n" * 50, "nul": b"\0" * 500, "png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 300, "gzip": b"\x1f\x8b\x08" + bytes(100), "zip-vide": b"PK\5\6" + bytes(18),
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "html": b"<!DOCTYPE html><html><table><tr><td>id</td></tr></table></html>",
    "octets": bytes(range(256)) * 8, "ff": b"\xff" * 400, "csv": b"id;nom\n1;x\n", "json": b'{"a": 1}', "liste": b"[]",
    "nombre": b"12", "mot": b"bonjour", "crochets": b"[" * 100_000, "accolades": b'{"a":' * 100_000, "tirets": b"- " * 100_000,
    "ferme": b"[" * 100_000 + b"]" * 100_000, "guillemet": b'"' + b"a" * 3_000_000, "parquet": b"PAR1" + bytes(400) + b"PAR1",
}  # fmt: skip


def corpus() -> Iterator[Case]:
    """Every case, entry by entry."""
    for entry, about in SEEDS.items():
        suffix = about.suffix
        content = seed(entry)
        yield Case(entry, f"bon{suffix}", content)
        for name, other in OTHER_FILES.items():
            yield Case(entry, f"autre-{name}{suffix}", other)
        if about.kind in {"json", "yaml", "csv"}:
            yield from _as_text(entry, suffix, content)
        yield from _KINDS[about.kind](entry, suffix, content)


def _as_text(entry: str, suffix: str, content: bytes) -> Iterator[Case]:
    """Encodings, cuts and ends of lines of a text."""
    text = content.decode()
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "cp500"):
        yield Case(entry, f"codage-{encoding}{suffix}", text.encode(encoding, "replace"))
    for part in range(1, 12):
        yield Case(entry, f"coupe-{part}{suffix}", content[: len(content) * part // 12])
    middle = len(content) // 2
    for name, odd in (
        ("nul", b"\0"),
        ("esc", b"\x1b"),
        ("latin", b"\xe9"),
        ("guillemet", b'"'),
        ("tab", b"\t"),
        ("bom", b"\xef\xbb\xbf"),
    ):
        yield Case(entry, f"plante-{name}{suffix}", content[:middle] + odd + content[middle:])
    yield Case(entry, f"lignes-cr{suffix}", text.replace("\n", "\r").encode())
    yield Case(entry, f"lignes-crlf{suffix}", text.replace("\n", "\r\n").encode())
    yield Case(entry, f"lignes-ls{suffix}", text.replace("\n", "\u2028").encode())
    yield Case(entry, f"deux-fois{suffix}", content + b"\n" + content)
    yield Case(entry, f"long{suffix}", lambda: content + b"\n" + b"#" * 5_000_000, heavy=True)


def _json(entry: str, suffix: str, content: bytes) -> Iterator[Case]:
    data = json.loads(content)
    places = list(_places(data))
    step = max(1, len(places) // 30)
    values: list[Any] = [
        None,
        True,
        [],
        {},
        [[]],
        {"a": {"b": 1}},
        -1,
        0,
        1.5,
        10**20,
        "",
        "x",
        "=1+1",
        "../x",
        "é" * 32_000,
        "\x1b[2J",
        1e300,
    ]
    for rank, place in enumerate(places[::step]):
        for number in range(rank % 3, len(values), 3):
            yield Case(
                entry, f"valeur-{rank}-{number}{suffix}", json.dumps(_with(data, place, values[number])).encode()
            )
        for number in range(rank % 6, len(NUMBERS), 6):
            raw = json.dumps(_with(data, place, "@@ICI@@")).replace('"@@ICI@@"', NUMBERS[number])
            yield Case(entry, f"nombre-{rank}-{number}{suffix}", raw.encode())
        for number in range(rank % 9, len(TEXTS), 9):
            yield Case(entry, f"texte-{rank}-{number}{suffix}", json.dumps(_with(data, place, TEXTS[number])).encode())
    text = json.dumps(data)
    yield Case(entry, f"cle-double{suffix}", text.replace("{", '{"id": 1, "id": 2, ', 1).encode())
    yield Case(entry, f"demi{suffix}", json.dumps(_with(data, places[-1], "@@")).replace("@@", "\\ud800").encode())
    yield Case(entry, f"virgule{suffix}", text.replace("}", ",}", 1).encode())
    yield Case(entry, f"apostrophes{suffix}", text.replace('"', "'").encode())
    for depth in (50, 70, 500, 900, 990, 5_000):
        nested = "[" * depth + "]" * depth
        raw = json.dumps(_with(data, places[-1], "@@ICI@@")).replace('"@@ICI@@"', nested)
        yield Case(entry, f"profond-{depth}{suffix}", raw.encode())
    yield Case(entry, f"cle-longue{suffix}", text.replace("{", '{"' + "k" * 32_000 + '": 1, ', 1).encode())
    yield Case(entry, f"listes{suffix}", lambda: b"[" + b"[]," * 4_000_000 + b"[]]", heavy=True)
    yield Case(entry, f"blocs{suffix}", lambda: b"[" + b"{}," * 1_000_000 + b"{}]", heavy=True)


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from _places(value, (*path, key))


def _with(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    parent = changed
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    return changed


def _yaml(entry: str, suffix: str, content: bytes) -> Iterator[Case]:
    lines = content.decode().splitlines()
    valued = [rank for rank, line in enumerate(lines) if ": " in line]
    step = max(1, len(valued) // 8)
    values = [*NUMBERS, *map(json.dumps, TEXTS), *_YAML_VALUES]
    for order, rank in enumerate(valued[::step]):
        key = lines[rank].partition(": ")[0]
        for number in range(order % 6, len(values), 6):
            changed = [*lines[:rank], f"{key}: {values[number]}", *lines[rank + 1 :]]
            yield Case(entry, f"valeur-{order}-{number}{suffix}", "\n".join(changed).encode())
    for name, raw in _YAML_FILES.items():
        yield Case(entry, f"{name}{suffix}", raw.encode())
        yield Case(entry, f"{name}-apres{suffix}", content + b"\n" + raw.encode())


_YAML_VALUES = (
    "!!python/object/apply:os.system ['true']", "!!binary R0lGODlh", "!!set {a, b}", "!inconnue x", "!!timestamp 2026-13-40",
    "2001-12-14t21:59:43.10-99:99", "*absent", "&a [*a]", "[1, 2", "{a: 1, a: 2}", "? [a, b]", "'", "|", ">-", "@x", "`x`",
    "[[[[[[]]]]]]", "{}", "[]", "~", "! x", "!!float x", "!!int 1e3", "<<", "=", "0b" + "1" * 300, "'\\ud800'", '"\\ud800"', "%x",
)  # fmt: skip
_YAML_FILES = {
    "bombe": "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
    ),
    "recursif": "a: &a\n  b: *a\n",
    "recursif-liste": "&a [*a, *a, *a]\n",
    "objet": "!!python/object/apply:os.system ['true']\n",
    "cle-bloc": "? {a: 1}\n: 2\n",
    "cle-liste": "[a, b]: 2\n",
    "deux-documents": "---\na: 1\n---\nb: 2\n",
    "fusion": "base: &b {x: 1}\nfils:\n  <<: *b\n",
    "indentation": "".join(f"{' ' * n}a:\n" for n in range(3_000)),
    "serie": "- " * 3_000 + "x\n",
    "questions": "? " * 3_000 + "x\n",
    "long-scalaire": "a: " + "x" * 3_000_000 + "\n",
    "cle-longue": "k" * 32_000 + ": 1\n",
    "mille-cles": "".join(f"k{n}: {n}\n" for n in range(120_000)),
    "directive": "%YAML 9.9\n---\na: 1\n",
    "balises": "%TAG ! tag:x,2000:\n---\n!a b\n",
    "alias-scalaires": "a: &a " + "x" * 100_000 + "\nb: [" + "*a, " * 20_000 + "*a]\n",
}  # fmt: skip


def _csv(entry: str, suffix: str, content: bytes) -> Iterator[Case]:
    rows = [line.split(_separator(content)) for line in content.decode().splitlines()]
    separator = _separator(content)

    def written(table: list[list[str]]) -> bytes:
        return "\n".join(separator.join(row) for row in table).encode("utf-8", "surrogatepass")

    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    columns = range(len(rows[0]))
    for column in columns:
        for number in range(column % 4, len(NUMBERS), 4):
            yield Case(entry, f"nombre-{column}-{number}{suffix}", written(_planted(rows, 1, column, NUMBERS[number])))
        for number in range(column % 4, len(TEXTS), 4):
            yield Case(
                entry, f"texte-{column}-{number}{suffix}", written(_planted(rows, 1, column, quoted(TEXTS[number])))
            )
        yield Case(entry, f"sans-colonne-{column}{suffix}", written([row[:column] + row[column + 1 :] for row in rows]))
        yield Case(entry, f"colonne-double-{column}{suffix}", written([[*row, row[column]] for row in rows]))
        yield Case(entry, f"ouvert-{column}{suffix}", written(_planted(rows, 1, column, '"ouvert')))
    yield Case(entry, f"entete-seul{suffix}", written(rows[:1]))
    yield Case(entry, f"sans-entete{suffix}", written(rows[1:]))
    yield Case(entry, f"ligne-courte{suffix}", written([*rows, rows[1][:1]]))
    yield Case(entry, f"ligne-longue{suffix}", written([*rows, [*rows[1], "x", "y"]]))
    yield Case(entry, f"lignes-vides{suffix}", b"\n\n\n".join(written(rows).split(b"\n")))
    yield Case(entry, f"cent-mille-colonnes{suffix}", written([[f"c{n}" for n in range(100_000)], ["x"] * 100_000]))
    yield Case(entry, f"colonnes-egales{suffix}", written([["id"] * 20_000, ["x"] * 20_000]))
    yield Case(
        entry, f"cellule-20-mo{suffix}", lambda: written(_planted(rows, 1, 0, quoted("a" * 20_000_000))), heavy=True
    )
    yield Case(entry, f"ouvert-long{suffix}", lambda: written(rows[:1]) + b'\n"' + b"a,b;c\n" * 3_000_000, heavy=True)
    yield Case(entry, f"ligne-40-mo{suffix}", lambda: b"x" * 39_000_000, heavy=True)


def _separator(content: bytes) -> str:
    return max(";\t,", key=content.split(b"\n", 1)[0].decode().count)


def _planted(rows: list[list[str]], row: int, column: int, text: str) -> list[list[str]]:
    changed = [list(each) for each in rows]
    changed[row][column] = text
    return changed


def _parquet(entry: str, suffix: str, content: bytes) -> Iterator[Case]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for part in range(1, 20):
        yield Case(entry, f"coupe-{part}{suffix}", content[: len(content) * part // 20])
    for place in range(0, len(content), max(1, len(content) // 150)):
        for mask in (0xFF, 0x01):
            flipped = bytearray(content)
            flipped[place] ^= mask
            yield Case(entry, f"octet-{place}-{mask}{suffix}", bytes(flipped))
    tables = {
        "structures": {"id": [{"a": 1}], "effectif": [1]},
        "listes": {"id": ["a"], "effectif": [[1, 2]]},
        "octets": {"id": [b"\xff\xfe"], "effectif": [1]},
        "infini": {"id": ["a"], "effectif": [float("inf")], "chiffre_affaires": [float("nan")]},
        "grand": {"id": ["a"], "effectif": [1e300]},
        "nuls": {"id": [None], "effectif": [None]},
        "vide": {"id": pa.array([], pa.string())},
        "sans-colonne": {},
        "mille-colonnes": {f"c{n}": [1] for n in range(3_000)},
        "texte-long": {"id": ["x" * 5_000_000], "effectif": [1]},
    }
    for name, columns in tables.items():
        stream = io.BytesIO()
        pq.write_table(pa.table(columns), stream)
        yield Case(entry, f"{name}{suffix}", stream.getvalue())


def _option(entry: str, suffix: str, content: bytes) -> Iterator[Case]:
    del content
    for number, text in enumerate((*NUMBERS, *TEXTS, "1e7", "99999999999999999999999 €", "1 Md€ " * 3_000)):
        yield Case(entry, f"valeur-{number}{suffix}", text.replace("\0", "").encode())


def _workbook(entry: str, suffix: str, content: bytes) -> Iterator[Case]:
    from tests.hostile.workbooks import hostile_workbooks

    for name, raw, heavy in hostile_workbooks(content):
        yield Case(entry, name, raw, heavy)


_KINDS: dict[str, Callable[[str, str, bytes], Iterator[Case]]] = {
    "json": _json,
    "yaml": _yaml,
    "csv": _csv,
    "parquet": _parquet,
    "option": _option,
    "xlsx": _workbook,
}
