"""What the tests of bulk screening share: the shipped catalogue, made-up dispositifs, the interpreter on a table."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pytest

from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.model import Advantage, Dispositif, Instrument, Validity
from rebond.dispositifs.screening import screen
from rebond.eligibility.criteria import Confirm, Criterion
from rebond.eligibility.project_facts import complete
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, FactValue

MakeDispositif = Callable[..., Dispositif]
Judge = Callable[..., list[list[tuple[str, str | None]]]]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(data_folder())


@pytest.fixture(scope="session")
def make_dispositif() -> MakeDispositif:
    def make(
        conditions: Criterion | None,
        *,
        name: str = "essai/essai",
        to_confirm: tuple[Confirm, ...] = (),
        validity: Validity | None = None,
    ) -> Dispositif:
        return Dispositif(
            id=name,
            title="Essai",
            funder="essai",
            instructor="essai",
            instrument=Instrument.GRANT,
            summary="",
            validity=validity or Validity(),
            conditions=conditions,
            to_confirm=to_confirm,
            advantage=Advantage(),
            regimes=(),
        )

    return make


@pytest.fixture(scope="session")
def interpreter(catalogue: Catalogue) -> Judge:
    """The verdict and what decides it, row by row and dispositif by dispositif, as one reads a project alone."""

    def facts_of(row: Mapping[str, object], on: date) -> dict[str, FactValue]:
        facts: dict[str, FactValue] = {}
        for name, cell in row.items():
            if name in catalogue.dictionary:
                facts[name] = catalogue.dictionary[name].parse(cell)
            elif name != "id":
                facts[name] = UNKNOWN if cell is None else cell in {True, "oui"}
        commune = catalogue.gazetteer.communes.get(str(facts.get("code_commune")))
        places = catalogue.zonages.facts_of(commune, on) if commune else {}
        return complete({**places, **facts}, on)

    def judge(
        rows: Sequence[Mapping[str, object]], dispositifs: Sequence[Dispositif], on: date
    ) -> list[list[tuple[str, str | None]]]:
        found = []
        for row in rows:
            facts = facts_of(row, on)
            verdicts = [screen(dispositif, facts, on) for dispositif in dispositifs]
            deciding = [
                None
                if verdict.truth is Truth.YES
                else next(reason.expected for reason in verdict.reasons if reason.truth is verdict.truth)
                for verdict in verdicts
            ]
            found.append([(verdict.truth.value, text) for verdict, text in zip(verdicts, deciding, strict=True)])
        return found

    return judge
