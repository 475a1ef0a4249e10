"""The layouts of funders' lists that Rebond knows: data, in ``formats_financeurs/*.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rebond.adapters.partner_lists.fields import UNITS, DateOrder, Field, Numbers, title_of
from rebond.data.yamlfile import YamlFile, read_yaml
from rebond.errors import CatalogueError, Fault

FOLDER = "formats_financeurs"
_KEYS = frozenset(
    {
        "schema",
        "code",
        "titre",
        "source",
        "verifie_le",
        "dates",
        "nombres",
        "unite",
        "obligatoires",
        "champs",
        "connus",
    }
)
_OPTIONAL = frozenset({"connus"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFormat:
    """One layout: which titles are which field, and how its values are written."""

    code: str
    title: str
    source: str
    fields: Mapping[str, tuple[Field, int]]
    """Title as compared → its field and its rank: 0 for the official spelling."""
    known: frozenset[str]
    """Titles of the layout that are not read."""
    required: frozenset[Field]
    dates: DateOrder
    numbers: Numbers
    unit: Decimal
    official: Mapping[Field, str]
    """The first spelling of each field, for messages."""


def load_formats(folder: Path) -> tuple[ListFormat, ...]:
    """Every format of a folder, by code; raises ``CatalogueError`` with every fault of every file."""
    faults: list[Fault] = []
    found = [_read(read_yaml(path, name=f"{FOLDER}/{path.name}"), faults) for path in sorted(folder.glob("*.yaml"))]
    if faults:
        raise CatalogueError(faults)
    return tuple(each for each in found if each is not None)


def _read(file: YamlFile, faults: list[Fault]) -> ListFormat | None:
    if file.faults:
        faults.extend(file.faults)
        return None
    wrong = list(_wrong_keys(file))
    if not wrong:
        wrong = list(_wrong_values(file))
    if wrong:
        faults.extend(wrong)
        return None
    data = file.data
    champs = {Field(name): tuple(titles) for name, titles in data["champs"].items()}
    return ListFormat(
        code=data["code"],
        title=data["titre"],
        source=data["source"],
        fields={
            title_of(title).key: (field, rank)
            for field, titles in champs.items()
            for rank, title in reversed(list(enumerate(titles)))
        },
        known=frozenset(title_of(title).key for title in data.get("connus", ())),
        required=frozenset(Field(name) for name in data["obligatoires"]),
        dates=DateOrder(data["dates"]),
        numbers=Numbers(data["nombres"]),
        unit=UNITS[data["unite"]],
        official={field: titles[0] for field, titles in champs.items()},
    )


def _wrong_keys(file: YamlFile) -> list[Fault]:
    if not isinstance(file.data, Mapping):
        return [file.fault((), "", "une présentation de liste est attendue", "suivre l'en-tête de scdl.yaml")]
    lacking = sorted(_KEYS - _OPTIONAL - set(file.data))
    strange = sorted(set(file.data) - _KEYS)
    return [file.fault((), key, "clé absente", "la compléter, voir scdl.yaml") for key in lacking] + [
        file.fault((key,), key, "clé inconnue", f"une de : {', '.join(sorted(_KEYS))}") for key in strange
    ]


def _wrong_values(file: YamlFile) -> list[Fault]:
    data: Mapping[str, Any] = file.data
    faults: list[Fault] = []

    def require(key: str, allowed: Iterable[object]) -> None:
        values = [str(value) for value in allowed]
        if str(data[key]) not in values:
            faults.append(file.fault((key,), str(data[key]), "valeur inconnue", f"une de : {', '.join(values)}"))

    require("schema", ("format_financeur/v1",))
    require("dates", DateOrder)
    require("nombres", Numbers)
    require("unite", UNITS)
    fields = [str(field) for field in Field]
    champs = data["champs"] if isinstance(data["champs"], Mapping) else {}
    if not champs:
        faults.append(file.fault(("champs",), "", "aucun champ", "donner les titres de chaque champ lu"))
    seen: dict[str, str] = {}
    for name, titles in champs.items():
        if name not in fields:
            faults.append(file.fault(("champs", name), name, "champ inconnu", f"un de : {', '.join(fields)}"))
            continue
        if not isinstance(titles, list) or not titles or not all(isinstance(title, str) for title in titles):
            faults.append(file.fault(("champs", name), name, "liste de titres attendue", "écrire des textes"))
            continue
        for title in titles:
            other = seen.setdefault(title_of(title).key, name)
            if other != name:
                faults.append(
                    file.fault(("champs", name), title, f"titre déjà donné au champ « {other} »", "n'en garder qu'un")
                )
    required = data["obligatoires"] if isinstance(data["obligatoires"], list) else [data["obligatoires"]]
    faults.extend(
        file.fault(("obligatoires",), str(name), "champ sans titre", "le donner dans « champs »")
        for name in required
        if name not in champs
    )
    return faults
