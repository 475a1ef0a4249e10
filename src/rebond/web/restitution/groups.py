"""The figures of a mission in groups that a page folds: those that everybody quotes first, then family by family."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rebond.indicators.model import NOT_GIVEN
from rebond.web.search_text import plain, words_sought
from rebond.web.studies.models import Indicator

_DECIDED = ("projets_retenus", "enveloppe_engagee_eur")
"""What replaces nothing and is quoted first, once the committee decided."""
HEADLINES = (
    "entreprises_rencontrees",
    "projets_recenses",
    "projets_inconnus",
    "investissement_eur",
    "emplois_crees",
    "projets_proposes",
    "soutien_ferme_eur",
    "reste_a_financer_eur",
)
"""What a committee quotes."""
_GROUPS = (
    ("epci", "Par intercommunalité", r"_epci_"),
    ("commune", "Par commune", r"_commune_"),
    ("nature", "Investissement par nature de dépense", r"^investissement_nature_"),
    ("secteur", "Par secteur d’activité", r"_secteur_"),
    ("type", "Par type de projet", r"_type_"),
    ("theme", "Par thème", r"_theme_"),
    ("annee", "Investissement par année", r"^investissement_annee_"),
    ("autorite", "Connus et inconnus de chaque partenaire", r"^projets_(in)?connus_de_"),
    ("maturite", "Projets par maturité", r"^projets_maturite_"),
    ("suite", "Projets par suite de l’appel", r"^projets_appel_"),
    ("forme", "Soutiens par forme", r"^soutiens_(?!planifies)"),
    ("organisation", "Projets par organisation", r"^orientes_"),
    ("axe", "Besoins par axe", r"^besoins_axe_"),
    ("conseil", "Conseil aux projets à mûrir", r"^conseil_"),
    ("lecture", "Selon la lecture du droit", r"^lecture_"),
    ("suivi", "Demandé, obtenu, réalisé", r"^suivi_"),
    ("appel", "Appel et comité", r"^enveloppe_|^levier_enveloppe$|_proposes?(_eur)?$|_retenus?(_eur)?$"),
    (
        "orientation",
        "Suites et feuille de route",
        r"^projets_(orientes|accompagnes|prevention|sans_suite)|^actions_|^budget_feuille|^part_besoins",
    ),
    ("soutien", "Soutiens des plans", r"^(aides|soutiens?)_|^levier_|^reste_|^questions_|^dispositifs_"),
    (
        "argent",
        "Investissement, besoin, emplois",
        r"^(investissement|besoin)_eur$|^emplois_|^tco2_|^projets_(murs|a_murir)$",
    ),
    ("recensement", "Recensement", ""),
)
"""Key, title and pattern of the code, the first that fits; what fits none is of the census."""
_ORDER = ("recensement", "argent", "soutien", "appel", "orientation")
"""The groups of the whole mission, before those that tell it apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureGroup:
    """Figures that a page shows together."""

    key: str
    title: str
    rows: tuple[Indicator, ...]

    @property
    def summary(self) -> str:
        """Its first figure with its name, for who leaves it folded: bare numbers would say nothing."""
        first = self.rows[0]
        return f"{first.label} : {first.text}"


def group_of(code: str) -> str:
    """The group of a figure."""
    return next(key for key, _, pattern in _GROUPS if re.search(pattern, code))


def grouped(rows: Iterable[Indicator], text: str = "") -> list[FigureGroup]:
    """The groups that hold something of what is sought, in the order of the page."""
    words = words_sought(text)
    held: dict[str, list[Indicator]] = {}
    for row in rows:
        told = plain(f"{row.label} {row.definition}")
        if all(word in told for word in words):
            held.setdefault(group_of(row.code), []).append(row)
    titles = {key: title for key, title, _ in _GROUPS}
    order = [*_ORDER, *(key for key, _, _ in _GROUPS if key not in _ORDER)]
    return [FigureGroup(key=key, title=titles[key], rows=tuple(held[key])) for key in order if key in held]


def headlines(rows: Sequence[Indicator]) -> list[Indicator]:
    """Those that everybody quotes, in order; what the committee decided stands first, once it has."""
    by_code = {row.code: row for row in rows}
    decided = [code for code in _DECIDED if code in by_code and by_code[code].text != NOT_GIVEN]
    return [by_code[code] for code in (*decided, *HEADLINES) if code in by_code]
