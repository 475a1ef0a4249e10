"""``rebond census lists import``: nothing without confirmation, nothing twice, good rows only when asked."""

import json

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from rebond.cli import main
from tests.adapters.partner_lists.conftest import CHEESE, FORGE, HEADER

SOUND = (HEADER, FORGE, CHEESE)
MIXED = (HEADER, FORGE, (*CHEESE[:5], "30/02/2026"))
UNKNOWN_LAYOUT = (
    ("Suivi des industriels", "", "", "", ""),
    ("Qui", "Ident.", "De quoi il s'agit", "Combien (k€)", "Quand"),
    ("SARL Forges d'Essai", "000 000 018", "Presse à vis de 2 500 t", "45,5", "27/02/2026"),
    ("Ets Corvallet", "000 000 026", "Îlot de fraisage robotisé", "1 250", "3 mars 2026"),
)
PARTNER = ("--partenaire", "region-grand-est")


def test_lines_are_added_to_the_sheet_of_a_copy_of_the_workbook_with_their_source(command, bench, tmp_path):
    before = bench.write()
    untouched = before.read_bytes()
    result = command(SOUND, *PARTNER, "--classeur", "recensement.xlsx", "--out", "copie.xlsx")
    census = bench.read(tmp_path / "copie.xlsx")

    assert result.exit_code == 0, result.output
    assert "2 lignes ajoutées" in result.output
    assert before.read_bytes() == untouched
    entry = census.partner_entries[1]
    assert (entry.partner, entry.firm_name, entry.siret) == ("region-grand-est", "Forges d'Essai", "00000001800010")
    assert (entry.amount, entry.amount_is, entry.source) == (45_500, "aide", "liste.csv, ligne 2")
    rest = bench.read(before)
    assert (census.firms, census.projects, census.settings) == (rest.firms, rest.projects, rest.settings)


@pytest.mark.parametrize("place", ["copie.xlsx", "lignes.csv", "lignes.xlsx"])
def test_importing_the_same_list_twice_adds_nothing_and_says_so(command, bench, tmp_path, place):
    bench.write()
    first = ["--classeur", "recensement.xlsx"] if place == "copie.xlsx" else []
    command(SOUND, *PARTNER, *first, "--out", place)
    again = ["--classeur", "copie.xlsx"] if place == "copie.xlsx" else []
    result = command(SOUND, *PARTNER, *again, "--out", place)

    assert result.exit_code == 0, result.output
    assert "Aucune ligne nouvelle : 2 lignes déjà là" in result.output


def test_a_line_that_a_list_holds_twice_is_twice_in_the_workbook_and_no_more(command, tmp_path):
    command((HEADER, FORGE), *PARTNER, "--out", "lignes.csv")
    result = command((HEADER, FORGE, FORGE), *PARTNER, "--out", "lignes.csv")

    assert "1 ligne ajoutée" in result.output
    assert len((tmp_path / "lignes.csv").read_text("utf-8-sig").splitlines()) == 3


def test_good_rows_are_imported_only_when_asked_and_the_code_says_so(command, tmp_path):
    refused = command(MIXED, *PARTNER, "--out", "lignes.csv")
    assert refused.exit_code == 2
    assert "Pour importer malgré les défauts (1 ligne saine) : --lignes-saines" in refused.output
    assert not (tmp_path / "lignes.csv").exists()

    partial = command(MIXED, *PARTNER, "--out", "lignes.csv", "--lignes-saines")
    assert partial.exit_code == 3
    assert "ligne 3, colonne F « Date CP » : « 30/02/2026 » — cette date n'existe pas" in partial.output
    assert len((tmp_path / "lignes.csv").read_text("utf-8-sig").splitlines()) == 2


def test_an_unknown_layout_is_proposed_confirmed_then_reused(command, tmp_path):
    asked = command(UNKNOWN_LAYOUT, *PARTNER, "--mapping", "m.yaml", "--out", "lignes.csv")
    assert asked.exit_code == 2
    assert "correspondance à confirmer" in asked.output
    proposed = yaml.safe_load((tmp_path / "m.yaml").read_text("utf-8"))
    assert proposed["colonnes"] == {
        "entreprise": "Qui",
        "siren": "Ident.",
        "projet": "De quoi il s'agit",
        "montant": "Combien (k€)",
        "date": "Quand",
    }
    assert proposed["unites"] == {"montant": "milliers"}

    hasty = command(UNKNOWN_LAYOUT, *PARTNER, "--mapping", "m.yaml", "--out", "lignes.csv")
    assert hasty.exit_code == 2
    assert "correspondance non confirmée" in hasty.output
    assert not (tmp_path / "lignes.csv").exists()

    text = (tmp_path / "m.yaml").read_text("utf-8").replace("confirme: non", "confirme: oui")
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    done = command(UNKNOWN_LAYOUT, "--mapping", "m.yaml", "--out", "lignes.csv")
    assert done.exit_code == 0, done.output
    rows = (tmp_path / "lignes.csv").read_text("utf-8-sig").splitlines()
    assert rows[1].startswith(
        "Région Grand Est;SARL Forges d'Essai;000000018;;Presse à vis de 2 500 t;45500;27/02/2026"
    )

    # The same partner, another month: other titles above, columns in another order, one more line.
    later = [row[::-1] for row in (*UNKNOWN_LAYOUT[1:], ("SAS Neuve", "", "Four", "10", ""))]
    reused = command(later, "--mapping", "m.yaml", "--out", "lignes.csv")
    assert "1 ligne ajoutée" in reused.output
    assert "2 lignes déjà là" in reused.output


def test_a_list_without_any_title_is_proposed_by_its_contents_and_read_by_letters(command, tmp_path):
    rows = UNKNOWN_LAYOUT[2:]
    command(rows, *PARTNER, "--mapping", "m.yaml")
    text = (tmp_path / "m.yaml").read_text("utf-8")
    assert yaml.safe_load(text)["colonnes"]["siren"] == "colonne B"
    (tmp_path / "m.yaml").write_text(text.replace("confirme: non", "confirme: oui"), encoding="utf-8")
    result = command(rows, "--mapping", "m.yaml", "--json")

    assert json.loads(result.stdout)["fichiers"][0]["saines"] == 2


def test_all_the_faults_of_a_mapping_come_at_once_with_their_lines(command, tmp_path):
    (tmp_path / "m.yaml").write_text(
        "schema: correspondance/v1\nconfirme: oui\ncolonnes:\n  projet: Objet\n  couleur: Bleu\ndates: a_l_envers\n"
        "unites: {montant: tonnes}\n",
        encoding="utf-8",
    )
    result = command(SOUND, *PARTNER, "--mapping", "m.yaml")

    assert result.exit_code == 2
    assert "m.yaml, ligne 5, clé « colonnes.couleur » : « couleur » — champ inconnu" in result.output
    assert "champ obligatoire « entreprise » absent" in result.output
    assert "« a_l_envers » — valeur inconnue" in result.output
    assert "unité inconnue" in result.output


def test_a_mapping_whose_column_is_not_in_the_list_names_it(command, tmp_path):
    (tmp_path / "m.yaml").write_text(
        "schema: correspondance/v1\nconfirme: oui\ncolonnes: {entreprise: Qui, projet: Objet}\n", encoding="utf-8"
    )
    result = command(SOUND, *PARTNER, "--mapping", "m.yaml")

    assert result.exit_code == 2
    assert "« Qui » — colonne absente de « liste.csv »" in result.output


def test_a_partner_that_the_catalogue_does_not_know_is_refused(command):
    result = command(SOUND, "--partenaire", "agence-inventee")

    assert result.exit_code == 2
    assert "« agence-inventee » — organisation que le catalogue ne connaît pas" in result.output


def test_a_file_that_is_no_import_is_never_replaced(command, tmp_path):
    (tmp_path / "autre.csv").write_text("nom;ville\nA;B\n", encoding="utf-8")
    result = command(SOUND, *PARTNER, "--out", "autre.csv")

    assert result.exit_code == 2
    assert "n'est pas un import de listes" in result.output
    assert (tmp_path / "autre.csv").read_text("utf-8") == "nom;ville\nA;B\n"


def test_a_text_that_a_spreadsheet_would_compute_is_written_as_text(command, bench, tmp_path):
    bench.write()
    evil = ("=CMD()", *FORGE[1:3], "-2+3", *FORGE[4:])
    command((HEADER, evil), *PARTNER, "--classeur", "recensement.xlsx", "--out", "copie.xlsx")
    command((HEADER, evil), *PARTNER, "--out", "lignes.csv")
    cell = openpyxl.load_workbook(tmp_path / "copie.xlsx")["listes des partenaires"]["B3"]

    assert (cell.value, cell.data_type) == ("=CMD()", "s")
    assert bench.read(tmp_path / "copie.xlsx").partner_entries[1].firm_name == "=CMD()"
    assert ";'=CMD();" in (tmp_path / "lignes.csv").read_text("utf-8-sig")
    assert "Aucune ligne nouvelle" in command((HEADER, evil), *PARTNER, "--out", "lignes.csv").output


def test_a_workbook_made_before_the_new_columns_receives_them(command, bench, tmp_path):
    path = bench.write()
    book = openpyxl.load_workbook(path)
    book["listes des partenaires"].delete_cols(8, 2)
    book.save(path)
    result = command(SOUND, *PARTNER, "--classeur", "recensement.xlsx", "--out", "copie.xlsx")

    assert result.exit_code == 0, result.output
    entry = bench.read(tmp_path / "copie.xlsx").partner_entries[1]
    assert (entry.amount_is, entry.source) == ("aide", "liste.csv, ligne 2")


def test_the_sheet_of_lists_with_a_funders_layout_points_to_the_command(bench):
    def plant(book):
        sheet = book["listes des partenaires"]
        sheet.delete_rows(1, 5)
        for column, title in enumerate(("nomAttribuant", "dateConvention", "nomBeneficiaire", "montant"), start=1):
            sheet.cell(1, column).value = title
            sheet.cell(2, column).value = "x"

    (fault,) = bench.faults(bench.planted(plant))

    assert "« nomAttribuant », « dateConvention »" in fault.problem
    assert "rebond census lists import" in fault.mend


def test_the_real_layout_pasted_in_the_workbook_is_read_by_the_command(bench, tmp_path):
    def plant(book):
        sheet = book["listes des partenaires"]
        sheet.delete_rows(1, 5)
        titles = ("nomAttribuant", "dateConvention", "nomBeneficiaire", "objet", "montant")
        for column, (title, value) in enumerate(
            zip(titles, ("ADEME", "2025-09-30", "FONDERIE", "Étude", "28000.0"), strict=True), start=1
        ):
            sheet.cell(1, column).value, sheet.cell(2, column).value = title, value

    result = CliRunner().invoke(main, ["census", "lists", "import", str(bench.planted(plant)), "--json"])

    assert json.loads(result.stdout)["fichiers"][0]["saines"] == 1


def test_the_formats_of_a_catalogue_are_checked_with_it(tmp_path):
    folder = tmp_path / "catalogue" / "formats_financeurs"
    folder.mkdir(parents=True)
    (folder / "faux.yaml").write_text(
        "schema: format_financeur/v1\ncode: faux\ntitre: t\nsource: s\nverifie_le: 2026-01-01\ndates: hier\n"
        "nombres: francais\nunite: euros\nobligatoires: [entreprise, date]\nchamps:\n"
        "  entreprise: [Nom]\n  projet: [nom]\n  couleur: [Bleu]\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(main, ["census", "lists", "import", "x.csv", "--catalogue", str(folder.parent)])

    assert result.exit_code == 2
    for told in (
        "« hier » — valeur inconnue",
        "titre déjà donné au champ « entreprise »",
        "« couleur » — champ inconnu",
    ):
        assert told in result.output
    assert "formats_financeurs/faux.yaml, ligne 9, clé « obligatoires » : « date » — champ sans titre" in result.output
