"""No module of Rebond needs itself: what it imports, in a function too, never comes back to it."""

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import grimp


def test_no_import_that_runs_comes_back_to_its_module() -> None:
    graph = grimp.build_graph("rebond", exclude_type_checking_imports=True, cache_dir=None)
    imported = {module: graph.find_modules_directly_imported_by(module) for module in sorted(graph.modules)}
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        # Each of the list is imported by the one after it.
        chain = list(reversed(error.args[1]))
        said = []
        for importer, module in pairwise(chain):
            lines = sorted(each["line_number"] for each in graph.get_import_details(importer=importer, imported=module))
            said.append(f"  {importer}, line {lines[0]}, imports {module}")
        raise AssertionError("imports go round:\n" + "\n".join(said)) from None
