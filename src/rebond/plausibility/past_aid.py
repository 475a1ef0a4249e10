"""Past aid: under a regime that existed, before the examination, and an account that its ceiling holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rebond.facts import UNKNOWN, AidObtained, Band, Firm
from rebond.plausibility.ground import Ground, Subject
from rebond.plausibility.model import Finding
from rebond.reading.band import amount_words
from rebond.regimes.de_minimis import DeMinimisAccount, de_minimis_account
from rebond.regimes.model import Regime, RegimeKind
from rebond.units import format_euros, months_later


def check_past_aid(ground: Ground) -> Iterator[Finding]:
    """Every check of the aid already obtained, then of the accounts that it makes."""
    for aid in ground.census.aids:
        subject = ground.aid(aid)
        yield from _life(ground, subject, aid)
        if aid.granted_on > ground.on:
            yield ground.found("aide_posterieure", subject, [aid.granted_on], date=aid.granted_on, examen=ground.on)
        yield from _amount(ground, subject, aid)
    for account in accounts(ground):
        if account.used_at_least > account.ceiling > 0:
            firm = next(firm for firm in ground.census.firms if firm.undertaking == account.undertaking)
            yield ground.found(
                "compte_de_minimis_depasse",
                ground.firm(firm),
                [
                    account.used_at_least,
                    account.ceiling,
                    sorted((str(e.granted_on), str(e.amount)) for e in account.entries),
                ],
                total=format_euros(account.used_at_least),
                plafond=format_euros(account.ceiling),
                examen=ground.on,
            )


def accounts(ground: Ground) -> Iterator[DeMinimisAccount]:
    """The de minimis account of every undertaking, when a regulation of this kind is in force at the date."""
    usable = [each for each in ground.regimes.values() if each.de_minimis and each.in_force(ground.on)]
    if not usable:
        return
    # Two regulations overlap for the six months of transition: the later one makes the account.
    regime = max(usable, key=lambda each: each.valid_from or date.min)
    members: dict[str, list[Firm]] = {}
    for firm in ground.census.firms:
        members.setdefault(firm.undertaking, []).append(firm)
    aids: dict[str, list[AidObtained]] = {}
    for aid in ground.census.aids:
        aids.setdefault(aid.firm_id, []).append(aid)
    for undertaking, firms in members.items():
        yield de_minimis_account(
            undertaking,
            firms,
            [aid for firm in firms for aid in aids.get(firm.id, ())],
            regime=regime,
            regimes=dict(ground.regimes),
            on=ground.on,
        )


def _life(ground: Ground, subject: Subject, aid: AidObtained) -> Iterator[Finding]:
    regime = ground.regimes.get(aid.regime)
    if regime is None:
        return
    start, end = _period(ground, regime)
    if (start is None or start <= aid.granted_on) and (end is None or aid.granted_on <= end):
        return
    yield ground.found(
        "regime_hors_periode",
        subject,
        [aid.regime, aid.granted_on],
        regime=regime.article if regime.kind is not RegimeKind.DE_MINIMIS else f"{regime.article} ({regime.title})",
        date=aid.granted_on,
        periode=_words(start, end),
    )


def _period(ground: Ground, regime: Regime) -> tuple[date | None, date | None]:
    """When aid could be granted under a regime.

    An article of the RGEC is older than the French scheme that its file dates: it holds from the day that the
    regulation came into force, and for the months of adjustment after its end (art. 58(4)).
    """
    if regime.kind is not RegimeKind.EXEMPTION:
        return regime.valid_from, regime.valid_to
    rule = ground.rule("regime_hors_periode")
    end = None if regime.valid_to is None else months_later(regime.valid_to, int(rule.number("mois")))
    start = rule.day("exemption_du")
    return (start if regime.valid_from is None else min(start, regime.valid_from)), end


def _words(start: date | None, end: date | None) -> str:
    return " ".join(filter(None, (f"du {start:%d/%m/%Y}" if start else "", f"au {end:%d/%m/%Y}" if end else "")))


def _amount(ground: Ground, subject: Subject, aid: AidObtained) -> Iterator[Finding]:
    label = aid.label or aid.funder
    if aid.amount is UNKNOWN:
        yield ground.found("aide_sans_montant", subject, [aid.amount], intitule=label, date=aid.granted_on)
    elif isinstance(aid.amount, Band):
        most = aid.at_most
        counted = "le haut n'est pas connu" if most is UNKNOWN else f"{format_euros(most)} comptés, par prudence"
        yield ground.found(
            "aide_en_tranche", subject, [aid.amount], intitule=label, tranche=amount_words(aid.amount), compte=counted
        )
    if not aid.recovered:
        return
    received = aid.amount.most if isinstance(aid.amount, Band) else aid.amount
    if received is not UNKNOWN and aid.recovered > received:
        yield ground.found(
            "rembourse_plus_que_recu",
            subject,
            [aid.recovered, received],
            rembourse=format_euros(aid.recovered),
            montant=format_euros(received),
        )
        return
    left = "inconnu" if aid.at_most is UNKNOWN else format_euros(aid.at_most)
    yield ground.found(
        "aide_recuperee",
        subject,
        [aid.recovered, aid.amount],
        intitule=label,
        rembourse=format_euros(aid.recovered),
        reste=left,
    )
