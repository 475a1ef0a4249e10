"""``administration``: what funders' own habits do to a line (forms, groups, trade names, k€, aid for cost, numbers)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from bench._linkage_lines import Line, Lists, rounded
from bench._linkage_world import FORMER, FORMS, OBJECTS, Work, World

_FORMS_IN_FULL = {
    "SAS": ("S.A.S.", "société par actions simplifiée", "SAS"),
    "SARL": ("S.A.R.L.", "Société à responsabilité limitée", "Sarl"),
    "SA": ("S.A.", "Société anonyme", "SA"),
    "SASU": ("S.A.S.U.", "SAS unipersonnelle", "SASU"),
    "EURL": ("E.U.R.L.", "Sarl unipersonnelle", "EURL"),
}
_OTHER_WORDS = {
    "presse": ("Nouvelle presse 400 T", "Acquisition d'une presse hydraulique", "Modernisation atelier emboutissage"),
    "four": ("Four de traitement thermique", "Investissement traitement thermique sous vide", "Nouveau four"),
    "usinage": ("Acquisition machine-outil à commande numérique", "CU 5 axes", "Nouveau centre d'usinage"),
    "peinture": ("Installation de thermolaquage", "Atelier de peinture", "Chaîne de laquage"),
    "grenaillage": ("Grenailleuse", "Équipement de traitement de surface", "Acquisition grenailleuse"),
    "soudure": ("Cellule de soudage robotisée", "Robotisation de la soudure", "Robot de soudure"),
    "batiment": ("Agrandissement des locaux", "Construction d'un hall logistique", "Permis extension"),
    "chaleur": ("Chaufferie bois", "Décarbonation : chaudière bois énergie", "Fonds chaleur - chaufferie biomasse"),
    "mesure": ("Machine à mesurer tridimensionnelle", "Équipement de métrologie", "MMT"),
    "lavage": ("Machine de dégraissage", "Laveuse US", "Bains de lavage"),
    "laser": ("Machine laser fibre", "Acquisition laser de découpe", "Découpe laser"),
    "emballage": ("Conditionneuse", "Automatisation fin de ligne", "Ligne d'emballage"),
    "solaire": ("Panneaux solaires", "Ombrières et toiture PV", "Autoconsommation photovoltaïque"),
    "informatique": ("Progiciel de gestion intégré", "Transformation numérique - ERP", "Changement de logiciel"),
    "reprise": ("Transmission", "Prêt transmission", "Rachat par les salariés"),
    "eau": ("Mise aux normes rejets aqueux", "STEP industrielle", "Épuration des eaux de process"),
    "air": ("Efficacité énergétique air comprimé", "Remplacement compresseurs", "Production d'air comprimé"),
    "recherche": ("R&D alliages", "Développement d'un nouveau matériau", "Aide à l'innovation"),
    "injection": ("Presse injection plastique", "Renouvellement presse à injecter", "Parc d'injection"),
    "froid": ("Installation frigorifique", "Cave d'affinage réfrigérée", "Production de froid"),
}
_MEASURES = (
    "Aide à l'investissement productif",
    "Soutien à la modernisation de l'outil de production",
    "Plan de relance - industrie",
    "PME investissement",
    "Projet de développement",
)


def _spoilt_number(siren: str, rng: random.Random) -> str:
    siret = f"{siren}000{rng.randrange(10, 99)}"
    return rng.choice(
        (
            siret,
            f"{siren[:3]} {siren[3:6]} {siren[6:]}",
            f"{siren}.0",
            f"{siren}00000",
            f"{siren[0]}.{siren[1:3]}E+13",
            f"{siren[0]},{siren[1:6]}E+13",
            f"{siren[:6]}00000000",
            siren.lstrip("0"),
        )
    )


def office_noise(lists: Lists, rng: random.Random) -> Iterator[Line]:
    """How funders write: forms in full, groups, trade names, their own titles, aid, parts of the cost, k€."""
    works = {work.id: work for work in lists.world.works}
    for line in lists.lines:
        siren = "" if not line.siren or rng.random() < 0.45 else _spoilt_number(line.siren, rng)
        told = replace(
            line, name=_office_name(line, lists.world, rng), siren=siren, commune=_office_commune(line.commune, rng)
        )
        if line.awarded:
            yield told
            continue
        amount, is_aid = _office_amount(line, works.get(line.project), rng)
        yield replace(told, title=_office_title(line.title, rng), amount=amount, is_aid=is_aid)


def _office_name(line: Line, world: World, rng: random.Random) -> str:
    being = world.being(line.firm) if line.firm else None
    for other in (being.trade_name, being.former_name, being.group) if being else ():
        if other and rng.random() < 0.4:
            return other
    form = next((word for word in reversed(line.name.split()) if word in FORMS), "")
    bare = line.name.removesuffix(form).strip()
    said = rng.choice(_FORMS_IN_FULL[form]) if form else ""
    return rng.choice((f"{bare} {said}", f"{said} {bare}", bare, f"Ets {bare}", bare.upper()))


def _office_commune(commune: str, rng: random.Random) -> str:
    if commune in FORMER and rng.random() < 0.7:
        commune = rng.choice(FORMER[commune])
    return rng.choice((commune, commune.upper(), f"52000 {commune.upper()} CEDEX", commune, ""))


def _office_title(title: str, rng: random.Random) -> str:
    kind = next((kind for kind, known in OBJECTS if known == title), "")
    if kind and rng.random() < 0.6:
        title = rng.choice(_OTHER_WORDS[kind])
    return rng.choice(_MEASURES) if title and rng.random() < 0.15 else title


def _office_amount(line: Line, work: Work | None, rng: random.Random) -> tuple[Decimal | None, bool]:
    """The aid, one lot of the cost, thousands or millions, nothing, a round figure; else the cost."""
    if line.amount is None:
        return None, False
    amount, draw = line.amount, rng.random()
    if draw < 0.25:
        return (amount * rng.randrange(10, 50) / 100).quantize(Decimal(1)), rng.random() < 0.5
    if draw < 0.40 and work is not None:
        return Decimal(rng.choice(work.costs)), False
    if draw < 0.56:
        scaled = amount / 1000 if draw < 0.52 else (amount / 1_000_000).quantize(Decimal("0.01"))
        return scaled, False
    if draw < 0.75:
        return None, False
    return rounded(amount) if draw < 0.9 else amount, False
