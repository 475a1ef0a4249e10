"""A file that is wrong gets one message that says where, what and how to mend it.

Each file of ``tests/data/invalid/dispositifs`` holds one fault, named by its first line; ``FAULTS`` says what
the adviser who wrote it must read. The file stands alone in a catalogue whose other parts are the shipped ones.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from rebond.dispositifs.catalogue import load_catalogue
from rebond.dispositifs.checks import check_catalogue
from rebond.errors import CatalogueError, Fault

TESTS = Path(__file__).parents[2]
INVALID = TESTS / "data" / "invalid" / "dispositifs"
GUIDE = TESTS.parent / "docs" / "catalogue.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the message holds; ``line`` and ``key`` are ``None`` for a fault that the message places elsewhere."""

    line: int | None = None
    key: str | None = None
    found: str = ""
    problem: str
    mend: str


FAULTS = {
    # The file itself
    "fichier_vide": Expected(line=1, problem="type inattendu (un bloc de clés attendu)", mend="corriger la valeur"),
    "pas_en_utf8": Expected(problem="le fichier n'est pas en UTF-8", mend="l'enregistrer en UTF-8"),
    "liste_a_la_racine": Expected(
        line=2, problem="type inattendu (un bloc de clés attendu)", mend="corriger la valeur"
    ),
    "tabulation": Expected(line=10, problem="YAML illisible", mend="vérifier l'indentation"),
    "indentation": Expected(line=10, problem="YAML illisible", mend="vérifier l'indentation"),
    "guillemet_non_ferme": Expected(line=17, problem="YAML illisible", mend="les guillemets"),
    "deux_points_sans_guillemets": Expected(line=6, problem="YAML illisible", mend="les deux-points et les guillemets"),
    "virgule_sans_guillemets": Expected(
        line=19,
        key="a_verifier.0",
        problem="clé inconnue : et elle reste sur le site.",
        mend="clés possibles : texte, source",
    ),
    "rang_en_double": Expected(
        line=20, key="a_verifier.1", found="2", problem="deux phrases ont le même rang", mend="donner à chacune le sien"
    ),
    # Keys
    "cle_en_double": Expected(line=6, found="forme", problem="clé écrite deux fois", mend="n'en garder qu'une"),
    "cle_inconnue": Expected(
        line=20,
        key="avantage",
        problem="clé inconnue : plafond_aides",
        mend="clés possibles : assiette, taux, plafond_aide",
    ),
    "cle_obligatoire_absente": Expected(line=2, problem="clé obligatoire absente : resume", mend="l'ajouter"),
    "source_absente": Expected(
        line=23, key="avantage.taux.0", problem="clé obligatoire absente : source", mend="l'ajouter"
    ),
    "version_du_schema": Expected(
        line=2, key="schema", found="dispositif/v2", problem="valeur inattendue", mend="écrire « dispositif/v1 »"
    ),
    # Values
    "forme_inconnue": Expected(
        line=5,
        key="forme",
        found="don",
        problem="valeur hors de la liste",
        mend="choisir parmi : subvention, avance_remboursable",
    ),
    "oui_non_en_anglais": Expected(
        line=29,
        key="avant_travaux",
        found="True",
        problem="valeur hors de la liste",
        mend="choisir parmi : oui, non",
    ),
    "liste_vide": Expected(line=13, key="conditions.tous", problem="liste vide", mend="écrire au moins un élément"),
    "liste_attendue": Expected(
        line=28, key="regimes", problem="type inattendu (une liste attendu)", mend="corriger la valeur"
    ),
    "taux_sans_pourcent": Expected(
        line=23,
        key="avantage.taux.0.valeur",
        found="30",
        problem="format inattendu",
        mend="écrire un taux entre guillemets : « 35 % »",
    ),
    "taux_superieur_a_100": Expected(problem="taux supérieur à 100 %", mend="corriger avantage.taux"),
    "montant_illisible": Expected(
        line=27,
        key="avantage.plafond_aide.0.valeur",
        found="deux cent mille euros",
        problem="format inattendu",
        mend="écrire un montant entre guillemets : « 200000 EUR »",
    ),
    "date_mal_ecrite": Expected(
        line=9,
        key="validite.du",
        found="01/01/2026",
        problem="format inattendu",
        mend="écrire une date AAAA-MM-JJ",
    ),
    "date_impossible": Expected(line=10, found="2026-02-30", problem="valeur illisible", mend="corriger la valeur"),
    # Conditions
    "fait_inconnu": Expected(
        line=15,
        key="conditions.tous.1.fait",
        found="effectifs",
        problem="fait absent du dictionnaire",
        mend="employer un nom de data/referentiels/faits.csv",
    ),
    "valeur_inconnue_du_fait": Expected(
        line=16,
        key="conditions.tous.2.parmi",
        found="pme",
        problem="valeur inconnue de « taille_ue »",
        mend="choisir parmi micro, petite, moyenne, eti, grande",
    ),
    "valeur_du_mauvais_type": Expected(
        line=15,
        key="conditions.tous.1.au_plus",
        found="beaucoup",
        problem="n'est pas un nombre",
        mend="écrire le nombre de salariés",
    ),
    "comparaison_absente": Expected(
        line=15,
        key="conditions.tous.1",
        found="effectif",
        problem="aucune comparaison",
        mend="ajouter au_moins, au_plus, egal",
    ),
    "noeud_inconnu": Expected(
        line=15,
        key="conditions.tous.1",
        problem="aucune des formes permises",
        mend="tous, un_de, non, fait, naf ou couts",
    ),
    "naf_illisible": Expected(
        line=14,
        key="conditions.tous.0.naf",
        found="Industrie",
        problem="code NAF illisible",
        mend="écrire une section (C)",
    ),
    "nature_inconnue_dans_une_condition": Expected(
        line=17,
        key="conditions.tous.3.couts",
        found="cout_machines",
        problem="fait absent du dictionnaire",
        mend="employer un nom de data/referentiels/faits.csv",
    ),
    "montant_de_condition_illisible": Expected(
        line=17,
        key="conditions.tous.3.au_moins",
        found="cinquante mille",
        problem="n'est pas un montant",
        mend="écrire un nombre en euros",
    ),
    # Names that point nowhere
    "financeur_inconnu": Expected(
        found="region-grandest",
        problem="organisation inconnu",
        mend="employer un code de referentiels/organisations.csv",
    ),
    "regime_inconnu": Expected(found="rgec_17", problem="régime inconnu", mend="employer un code de data/regimes"),
    "nature_inconnue": Expected(
        found="machines", problem="nature de dépense inconnu", mend="employer un code de referentiels/natures.csv"
    ),
    "exclusion_inconnue": Expected(
        found="ademe/decarb-flasch", problem="dispositif inconnu", mend="employer un code de data/dispositifs"
    ),
    # Figures that contradict each other
    "cloture_avant_ouverture": Expected(problem="la date de fin précède la date de début", mend="corriger validite"),
    "parts_pas_100": Expected(problem="les parts ne font pas 100 %", mend="corriger avantage.parts"),
    "plancher_au_dessus_du_plafond": Expected(
        problem="le plancher d'aide dépasse le plafond", mend="corriger avantage"
    ),
    "s_exclut_lui_meme": Expected(problem="le dispositif s'exclut lui-même", mend="corriger exclusions"),
    # Worked examples
    "cas_faux": Expected(
        key="petite entreprise, machine neuve",
        found="inconnu",
        problem="verdict attendu : oui",
        mend="corriger les conditions ou le cas",
    ),
    "manque_faux": Expected(
        key="petite entreprise, machine neuve",
        found="confirme:essai/manque_faux:1",
        problem="faits manquants attendus : effectif",
        mend="corriger le cas",
    ),
    "fait_inconnu_dans_un_cas": Expected(
        line=43,
        key="cas.1.faits.effectifs",
        found="effectifs",
        problem="fait absent du dictionnaire",
        mend="employer un nom de faits.csv",
    ),
}
"""Fault → what its message holds."""
SEVERAL = "plusieurs_fautes"


def faults_of(content: bytes, identifier: str, folder: Path) -> tuple[Fault, ...]:
    """The faults of one file, alone among the shipped parts that its folder lacks."""
    path = folder / "dispositifs" / f"{identifier}.yaml"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    try:
        return tuple(check_catalogue(load_catalogue(folder)))
    except CatalogueError as error:
        return error.faults


@pytest.mark.parametrize("name", FAULTS)
def test_one_message_names_place_fault_and_remedy(name: str, tmp_path: Path) -> None:
    expected = FAULTS[name]
    faults = faults_of((INVALID / f"{name}.yaml").read_bytes(), f"essai/{name}", tmp_path)
    assert len(faults) == 1, "\n".join(map(str, faults))
    fault = faults[0]
    assert fault.where.startswith(f"essai/{name}.yaml")
    if expected.line is not None:
        assert f"ligne {expected.line}" in fault.where.split(", ")
    if expected.key is not None:
        assert f"« {expected.key} »" in fault.where
    assert expected.found in fault.found
    assert expected.problem in fault.problem
    assert expected.mend in fault.mend


def test_all_faults_of_a_file_come_together(tmp_path: Path) -> None:
    faults = faults_of((INVALID / f"{SEVERAL}.yaml").read_bytes(), f"essai/{SEVERAL}", tmp_path)
    assert [fault.found for fault in faults] == ["Industrie", "effectifs", "cout_machines"]


def test_every_faulty_file_is_expected() -> None:
    assert {path.stem for path in INVALID.glob("*.yaml")} == {*FAULTS, SEVERAL}


def test_the_example_of_the_guide_has_no_fault(tmp_path: Path) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", guide, flags=re.DOTALL)
    assert faults_of(example.encode(), "region-grand-est/exemple-machine", tmp_path) == ()
