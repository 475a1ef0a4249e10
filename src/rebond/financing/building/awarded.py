"""What the awards already brought leave to the other offers of a project, besides the ceilings that they fill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Exclusion
from rebond.facts import AwardedAid
from rebond.financing.problem.model import Basis, Offer
from rebond.units import Euros

ZERO = Euros(0)


def beside_awards(offers: Iterable[Offer], awards: Sequence[AwardedAid], catalogue: Catalogue) -> Iterable[Offer]:
    """The offers that go with what is granted, on the lines where they may.

    A dispositif that excludes one that is granted is out; where the granted one wants to be the only aid, or was given
    for another object, no aid joins it (RGEC art. 8).
    """
    closed = {pair.dispositif for award in awards for pair in _excluded(award.dispositif, catalogue)}
    had = {award.dispositif for award in awards}
    for offer in offers:
        if offer.id in closed or any(pair.dispositif in had for pair in _excluded(offer.id, catalogue)):
            continue
        bases = tuple(found for basis in offer.bases if (found := _beside(offer, basis, awards, catalogue)) is not None)
        if bases:
            yield offer if bases == offer.bases else replace(offer, bases=bases)


def _excluded(dispositif: str, catalogue: Catalogue) -> Iterable[Exclusion]:
    found = catalogue.dispositifs.get(dispositif)
    return found.exclusions if found else ()


def _beside(offer: Offer, basis: Basis, awards: Sequence[AwardedAid], catalogue: Catalogue) -> Basis | None:
    """The basis on the lines that awards leave to it; ``None`` when they leave none."""
    taken: set[str] = set()
    for award in awards:
        dispositif, regime = catalogue.dispositifs.get(award.dispositif), catalogue.regimes.get(award.regime)
        sole = dispositif is not None and bool(dispositif.sole_aid) and offer.is_aid_under(basis)
        other = regime is not None and regime.object and basis.object and basis.object != regime.object
        if sole or other:
            taken |= {share.line for share in award.spread if share.support > 0}
    if not taken & basis.ceilings.keys():
        return basis
    ceilings = {line: rate for line, rate in basis.ceilings.items() if line not in taken}
    return replace(basis, ceilings=ceilings) if ceilings else None


def own_left(
    secured: Euros, capacity: Euros, awards: Sequence[AwardedAid], catalogue: Catalogue
) -> tuple[Euros, Euros]:
    """The private money and the capacity to borrow that granted loans leave to other loans."""
    matched = borrowed = ZERO
    for award in awards:
        dispositif = catalogue.dispositifs.get(award.dispositif)
        if dispositif is None:
            continue
        loan = dispositif.advantage.loan
        matched += award.most if loan is not None and loan.private_match else ZERO
        borrowed += award.most if dispositif.instrument.is_borrowed else ZERO
    return max(ZERO, secured - matched), max(ZERO, capacity - borrowed)
