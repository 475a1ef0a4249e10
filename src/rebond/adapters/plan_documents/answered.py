"""The aids that a project already has, one by one, and what was refused to it: nothing when nobody answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rebond.adapters.plan_documents.blocks import Row, Section, Table
from rebond.facts import UNKNOWN, Maybe
from rebond.facts.aids import Band
from rebond.financing.explaining.answered import Obtained
from rebond.financing.explaining.dossier import PlanDossier
from rebond.units import Euros, format_euros

OBTAINED, REFUSED = "Aides déjà obtenues, une à une", "Refus reçus"
_UNKNOWN = "inconnu"
_IN_EUROS = (
    "Celles d'une orientation sont dites en euros du soutien (un prêt : son capital) ; celles que l'entreprise a "
    "déclarées, en équivalent-subvention."
)


def answered_sections(dossier: PlanDossier) -> Iterable[Section]:
    """What was obtained, then what was refused."""
    if dossier.obtained:
        yield Section(
            title=OBTAINED,
            before=(_IN_EUROS,),
            table=Table(
                heads=("Aide", "Accordée par", "Montant", "Le", "D'où"),
                rows=tuple(
                    Row(
                        cells=(each.label, each.organisation, _amount(each.amount), _day(each.on), _origin(each)),
                        note="" if each.paid is UNKNOWN else f"versé à ce jour : {format_euros(each.paid)}",
                    )
                    for each in dossier.obtained
                ),
                widths=(34, 22, 16, 12, 16),
                figures=frozenset({2}),
            ),
        )
    if dossier.refused:
        yield Section(
            title=REFUSED,
            before=("Le plan ne demande plus ces dispositifs pour ce projet.",),
            table=Table(
                heads=("Dispositif", "Organisation", "Réponse", "Le", "D'où"),
                rows=tuple(
                    Row(
                        cells=(
                            each.label,
                            each.organisation,
                            each.answer,
                            _day(each.on),
                            f"orientation {each.referral}",
                        )
                    )
                    for each in dossier.refused
                ),
                widths=(34, 22, 16, 12, 16),
            ),
        )


def _origin(found: Obtained) -> str:
    return f"orientation {found.referral}" if found.referral else "déclarée par l'entreprise"


def _amount(amount: Maybe[Euros | Band]) -> str:
    if amount is UNKNOWN:
        return _UNKNOWN
    if not isinstance(amount, Band):
        return format_euros(amount)
    if amount.most is UNKNOWN:
        return f"plus de {format_euros(amount.least)}"
    return f"de {format_euros(amount.least)} à {format_euros(amount.most)}"


def _day(day: Maybe[date]) -> str:
    return _UNKNOWN if day is UNKNOWN else f"{day:%d/%m/%Y}"
