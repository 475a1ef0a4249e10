"""A workbook whose sheets, columns or rows are not those of the template: one message for each, and no false one."""

from tests.adapters.planting import COSTS, FIRMS, PROJECTS, cell_at, set_in


def test_merged_cells_are_one_fault_and_hide_no_other(bench):
    def plant(book):
        book[COSTS].merge_cells("C3:E3")
        book[COSTS]["E4"] = -1

    faults = bench.faults(bench.planted(plant))

    assert [fault.where for fault in faults] == [cell_at(COSTS, "C3"), cell_at(COSTS, "E4")]
    assert "cellules fusionnées" in faults[0].problem
    assert "défusionner" in faults[0].mend


def test_a_missing_sheet_is_one_fault_whatever_refers_to_it(bench):
    (fault,) = bench.faults(bench.planted(lambda book: book.remove(book[FIRMS])))

    assert fault.where == "feuille « entreprises »"
    assert "absente" in fault.problem


def test_an_optional_sheet_may_be_missing(bench):
    assert bench.faults(bench.planted(lambda book: book.remove(book["groupes"]))) == ()


def test_a_misspelt_sheet_is_one_fault_that_gives_its_name(bench):
    def plant(book):
        book[PROJECTS].title = "projts"

    faults = bench.faults(bench.planted(plant))

    assert [(fault.where, fault.problem) for fault in faults] == [("feuille « projts »", "feuille inconnue")]
    assert "« projets »" in faults[0].mend


def test_a_missing_required_column_is_one_fault_not_one_a_row(bench):
    (fault,) = bench.faults(bench.planted(lambda book: book[COSTS].delete_cols(5)))

    assert fault.where == "feuille « postes de dépense »"
    assert "colonne obligatoire « Montant HT (€) » absente" in fault.problem


def test_an_unknown_column_is_a_fault_with_the_nearest_title(bench):
    (fault,) = bench.faults(bench.planted(set_in(COSTS, E1="Montan HT")))

    assert (fault.where, fault.problem) == (cell_at(COSTS, "E1"), "colonne inconnue")
    assert "« Montant HT (€) »" in fault.mend


def test_a_stray_column_is_a_fault(bench):
    (fault,) = bench.faults(bench.planted(set_in(COSTS, G1="Couleur", G2="bleu")))

    assert (fault.where, fault.problem) == (cell_at(COSTS, "G1"), "colonne inconnue")


def test_values_under_no_title_are_a_fault(bench):
    (fault,) = bench.faults(bench.planted(set_in(COSTS, G2="bleu")))

    assert (fault.where, fault.problem) == (cell_at(COSTS, "G1"), "colonne sans titre")


def test_a_doubled_column_is_a_fault(bench):
    (fault,) = bench.faults(bench.planted(set_in(COSTS, F1="nature")))

    assert (fault.where, fault.problem) == (cell_at(COSTS, "F1"), "colonne en double")


def test_an_unknown_parameter_is_a_fault(bench):
    below: list[int] = []

    def plant(book):
        # Under the last parameter, whatever their number: one of them must not be written over.
        below.append(book["mission"].max_row + 1)
        set_in("mission", **{f"A{below[0]}": "Budget café", f"B{below[0]}": 3})(book)

    (fault,) = bench.faults(bench.planted(plant))

    assert (fault.where, fault.problem) == (cell_at("mission", f"A{below[0]}"), "paramètre inconnu")


def test_two_hundred_thousand_empty_rows_are_one_fault(bench):
    def plant(book):
        book[COSTS]["A200005"] = "P001"
        book[COSTS]["C200005"] = "materiel"
        book[COSTS]["D200005"] = 2027
        book[COSTS]["E200005"] = 5

    (fault,) = bench.faults(bench.planted(plant))

    assert fault.where == "feuille « postes de dépense »"
    assert "200\u202f000 lignes vides" in fault.problem
    assert "supprimer les lignes vides" in fault.mend


def test_empty_rows_that_are_only_formatted_are_one_fault(bench):
    def plant(book):
        for row in range(5, 30_005):
            book[COSTS].row_dimensions[row].height = 12

    (fault,) = bench.faults(bench.planted(plant))

    assert "30\u202f000 lignes vides" in fault.problem


def test_a_few_empty_rows_are_no_fault(bench):
    def plant(book):
        book[COSTS].insert_rows(3, 40)

    assert bench.faults(bench.planted(plant)) == ()
