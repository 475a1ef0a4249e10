"""The table of values that every entry reads alike: fact → text → its value, UNKNOWN, or words of its refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from rebond.facts import UNKNOWN, FactValue

D = Decimal
UNKNOWN_TEXTS = (
    "?", "inconnu", "Inconnue", "inconnus", "nc", "N.C.", "n. c.",
    "(nc)", "nd", "n.d.", "[ND]", "NN", "nr", "n/a", "NA", "ns",
    "non connu", "Non communiqué", "non disponible", "non diffusible", "non renseigné", "à préciser",
    "A COMPLETER",
    "à compléter…", "ne sait pas", "je ne sais pas", "NSP", "-", "—", "–", "…", "xx", "TBD", "confidentiel",
)  # fmt: skip
ERROR = "valeur d'erreur du tableur"
NOTHING = "ce mot ne dit ni la valeur, ni qu'elle est inconnue"
COMMON: Mapping[str, FactValue | list[str]] = dict.fromkeys(UNKNOWN_TEXTS, UNKNOWN) | {
    "#N/A": [ERROR],
    "#REF!": [ERROR],
    "sans objet": [NOTHING],
    "S.O.": [NOTHING],
    "Néant": [NOTHING],
}
NO_NUMBER, TWO_WAYS = ["ce n'est pas un nombre"], ["nombre ambigu"]
NO_AMOUNT, NO_DATE, NEITHER = ["ce n'est pas un montant"], ["ce n'est pas une date"], ["ni oui ni non"]
TOO_LARGE, NEGATIVE, SCIENTIFIC = ["nombre démesuré"], ["valeur négative"], ["notation scientifique"]
OTHER_DIGITS, BAND = ["chiffres d'une autre écriture"], ["une tranche d'effectif"]

TABLE: Mapping[str, Mapping[str, FactValue | list[str]]] = {
    "chiffre_affaires": {
        "250000": D(250_000), "250 000 €": D(250_000), "250\u202f000\u00a0€": D(250_000), "12 k€": D(12_000),
        "1,5 M€": D(1_500_000), "200 000 EUR HT": D(200_000), "2 millions d'euros": D(2_000_000), "0": D(0),
        "1.234.567,89": D("1234567.89"), "250'000": D(250_000), "3 Md€": D(3_000_000_000), "12,5": D("12.5"),
        "200.000": TWO_WAYS, "1,234": TWO_WAYS, "1.234 k€": TWO_WAYS, "12 34": ["séparés par des espaces"],
        "env. 200 000": NO_AMOUNT, "200 à 300 k€": ["une fourchette"], "200-300 k€": ["une fourchette"],
        "plus de 50 000": ["une valeur approchée"], "12 $": ["une autre monnaie"], "200 000 € TTC": ["toutes taxes"],
        "beaucoup": NO_AMOUNT, "nan": NO_AMOUNT, "inf": NO_AMOUNT, "1e400": SCIENTIFIC, "1e99999999": SCIENTIFIC,
        "9" * 6_000: TOO_LARGE, "1000000000001": TOO_LARGE, "-5": NEGATIVE, "12,3456": ["s'arrête au centime"],
        "\u0661\u0662\u0663": OTHER_DIGITS, "vrai": NO_AMOUNT,
    },
    "effectif": {
        "42": D(42), "42,5": D("42.5"), "42 salariés": D(42), "11 ETP": D(11), "0": D(0), "1 250": D(1_250),
        "10 à 19 salariés": BAND, "10-19": BAND, "moins de 10": BAND, "250 et plus": BAND, "50+": BAND,
        "douze": ["ce n'est pas un nombre de salariés"], "-1": NEGATIVE, "10000001": TOO_LARGE, "1e400": SCIENTIFIC,
        "9" * 6_000: TOO_LARGE, "\u0661\u0662": OTHER_DIGITS,
    },
    "tco2_evitees_an": {
        "12": D(12), "12,5": D("12.5"), "0.125": D("0.125"), "1 250": D(1_250), "12 tCO₂e/an": D(12),
        "1,234": TWO_WAYS, "douze": NO_NUMBER, "-3": NEGATIVE, "1e3": SCIENTIFIC, "NaN": NO_NUMBER,
        "9" * 6_000: TOO_LARGE, "31/12/2026": NO_NUMBER, "0,12345678901234567890": D("0.123456789"),
    },
    "emplois_crees": {
        "4": D(4), "0": D(0), "2,5": ["un nombre entier est attendu"], "une dizaine": ["ce n'est pas un nombre entier"],
        "-1": NEGATIVE, "1e99999999": SCIENTIFIC, "9" * 6_000: TOO_LARGE,
    },
    "date_debut": {
        "31/12/2026": date(2026, 12, 31), "2026-12-31": date(2026, 12, 31), "31.12.2026": date(2026, 12, 31),
        "31 décembre 2026": date(2026, 12, 31), "1er mars 2027": date(2027, 3, 1), "1 mars 2027": date(2027, 3, 1),
        "2026-12-31T08:00:00Z": date(2026, 12, 31), "31/12/2026 08:00": date(2026, 12, 31),
        "mars 2027": ["un mois sans le jour"], "2027": ["un nombre, au lieu d'une date"],
        "46023": ["un nombre, au lieu d'une date"], "01/02/26": ["année sur deux chiffres"], "fin 2026": NO_DATE,
        "31/02/2026": ["cette date n'existe pas"], "9999-12-31": ["année 9999 invraisemblable"], "1" * 6_000: NO_DATE,
        "\u0663\u0661/12/2026": NO_DATE, "demain": NO_DATE,
    },
    "travaux_commences": {
        "oui": True, "OUI": True, "o": True, "vrai": True, "x": True, "1": True, "yes": True, "non": False, "N": False,
        "faux": False, "0": False, "no": False, "oui ?": NEITHER, "plutôt oui": NEITHER, "peut-être": NEITHER,
        "2": NEITHER, "o" * 6_000: NEITHER,
    },
    "type_projet": {
        "extension": "extension", "Création": "creation", "TRANSITION": "transition",
        "machines": ["valeur hors de la liste"], "x" * 6_000: ["valeur hors de la liste"],
    },
    "objectifs": {
        "energie": frozenset({"energie"}), "énergie, Eau": frozenset({"energie", "eau"}),
        "économie circulaire ; eau": frozenset({"economie_circulaire", "eau"}), "NC, ?": UNKNOWN,
        "énergie, argent": ["valeur hors de la liste : « argent »"], "eau, NC": ["« NC » parmi des valeurs connues"],
    },
}  # fmt: skip
"""By fact of the dictionary: one of each kind of value."""


def rows(fact: str) -> Mapping[str, FactValue | list[str]]:
    """Every text of a fact, those of all kinds included."""
    return {**COMMON, **TABLE[fact]}
