"""What the printer leaves out of the structure of a tagged PDF, put in before the file is written.

WeasyPrint tags what it prints; a screen reader also wants to know what each header cell heads (``/Scope``), to find a
cell by its name (``/IDTree``), and to be spared what is repeated on every page (artifacts). See docs/adr/0075.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

PRINTED = 4
"""Flag of an annotation that is on paper as on the screen."""


def finish(_: object, pdf: Any) -> None:
    """Complete the structure of a document: what WeasyPrint calls with the file that it is about to write."""
    _Structure(pdf).complete()


class _Structure:
    """The objects of a file, by the numbers that they call each other by."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf

    def complete(self) -> None:
        for each in self._pdf.objects:
            if isinstance(each, dict) and each.get("Type") == "/Annot" and "F" not in each:
                each["F"] = PRINTED
        if "StructTreeRoot" not in self._pdf.catalog:
            return
        root = self._at(self._pdf.catalog["StructTreeRoot"])
        elements = list(self._elements(root))
        for element in elements:
            if element["S"] == "/TH":
                element["A"]["Scope"] = "/Column" if self._heads_a_column(element) else "/Row"
        self._name_cells(root, elements)
        self._leave_out(root, {element.number for element in elements})

    def _at(self, reference: Any) -> Any:
        return self._pdf.objects[int(bytes(reference).split()[0])]

    def _elements(self, node: Any) -> Iterator[Any]:
        """Every element that is in the tree, in the order that it is read."""
        waiting = [node]
        while waiting:
            here = waiting.pop()
            if here.get("Type") == "/StructElem":
                yield here
            kids = here.get("K", ())
            found = [self._at(kid) for kid in kids if isinstance(kid, bytes) and kid.endswith(b" R")]
            waiting += [each for each in reversed(found) if isinstance(each, dict) and "S" in each]

    def _heads_a_column(self, cell: Any) -> bool:
        row = self._at(cell["P"])
        return bool(self._at(row["P"])["S"] == "/THead")

    def _name_cells(self, root: Any, elements: list[Any]) -> None:
        """The names of the cells, in order: without them nobody finds what ``/Headers`` names."""
        named = sorted(((each["ID"].data, each) for each in elements if "ID" in each), key=lambda pair: pair[0])
        if not named:
            return
        import pydyf

        tree = pydyf.Dictionary(
            {
                "Names": pydyf.Array([part for _, each in named for part in (each["ID"], each.reference)]),
                "Limits": pydyf.Array([named[0][1]["ID"], named[-1][1]["ID"]]),
            }
        )
        self._pdf.add_object(tree)
        root["IDTree"] = pydyf.Dictionary({"Kids": pydyf.Array([tree.reference])})

    def _leave_out(self, root: Any, told: set[int]) -> None:
        """Running heads and page numbers are in no tree: they are said to be artifacts, not content that got lost."""
        numbers = self._at(root["ParentTree"])["Nums"]
        pages = dict(zip(numbers[::2], numbers[1::2], strict=True))
        for page_number, reference in enumerate(self._pdf.page_references):
            owners = pages.get(page_number)
            if not isinstance(owners, list):
                continue
            lost = {mark for mark, owner in enumerate(owners) if self._at(owner).number not in told}
            stream = self._at(self._at(reference)["Contents"]).stream
            for place in range(2, len(stream)):
                if stream[place] == b"BDC" and stream[place - 1].get("MCID") in lost:
                    stream[place - 2 : place + 1] = ["/Artifact", b"", b"BMC"]
            for mark in lost:
                owners[mark] = b"null"
