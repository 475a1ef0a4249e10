"""What a call could give to a project: its dispositif of the catalogue under the mission's settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif, Instrument, Part
from rebond.eligibility.criteria import Facts
from rebond.eligibility.incentive import facts_for_funders
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, Envelope, Project
from rebond.financing.building.build import BuiltProject, ProblemBuilder
from rebond.financing.building.figures import ALL_NATURES
from rebond.financing.problem.model import Basis, FinancingProblem, Line, Offer
from rebond.portfolio.scoring import Score
from rebond.regimes.readings import Reading
from rebond.units import Euros, format_euros, format_rate

COMMITTEE = "prévalidation en comité de pilotage, puis instruction financière de l'opérateur"
SETTINGS = (
    "réglages de la mission (taux, plafond, part de subvention, aide minimale) : le cahier des charges national n'est "
    "pas public et aucune page de l'opérateur ne les donne"
)
NO_ASSET = "aucun actif à financer : l'appel n'aide que l'acquisition d'actifs"
NO_SPEND = "aucune dépense que l'appel aide"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntry:
    """A project as it comes before the call."""

    project: Project
    built: BuiltProject
    facts: Facts
    verdicts: tuple[Verdict, ...]
    ripe: Truth
    score: Score
    scores: Mapping[str, Score] = field(default_factory=dict)
    """Call that has criteria of its own, by its name → what the project is worth for it."""

    def before(self, call: str) -> CallEntry:
        """The project as it comes before one of several calls, with its value for that one."""
        return replace(self, score=self.scores[call]) if call in self.scores else self


def call_dispositif(envelope: Envelope, catalogue: Catalogue) -> str:
    """The dispositif whose conditions, spend and legal bases are those of the call."""
    return catalogue.plan_settings.call_dispositif if envelope.dispositif is UNKNOWN else envelope.dispositif


def without_call(problem: FinancingProblem, dispositif: str) -> FinancingProblem:
    """The problem without what the call could give: its envelope is a last resort, no support among others."""
    if not any(offer.id == dispositif for project in problem.projects for offer in project.offers):
        return problem
    return replace(
        problem,
        projects=tuple(
            replace(project, offers=tuple(offer for offer in project.offers if offer.id != dispositif))
            for project in problem.projects
        ),
    )


def paid_natures(envelope: Envelope, catalogue: Catalogue) -> frozenset[str]:
    """The natures of spend that the call aids: those of its dispositif, else every asset."""
    dispositif = catalogue.dispositifs.get(call_dispositif(envelope, catalogue))
    natures = frozenset(dispositif.advantage.natures) if dispositif else frozenset()
    if ALL_NATURES in natures:
        return frozenset(catalogue.natures)
    return natures or catalogue.tangible


def nothing_paid(envelope: Envelope, catalogue: Catalogue) -> str:
    """Why a project none of whose costs is of these natures has nothing to ask."""
    return NO_ASSET if paid_natures(envelope, catalogue) <= catalogue.tangible else NO_SPEND


def envelope_offer(entry: CallEntry, envelope: Envelope, builder: ProblemBuilder, reading: Reading) -> Offer | str:
    """What the envelope could give to a project under the mission's settings and a reading, or why it cannot."""
    identifier = call_dispositif(envelope, builder.catalogue)
    dispositif = builder.catalogue.dispositifs.get(identifier)
    if dispositif is None:
        return f"le catalogue ne contient pas {identifier}"
    dispositif = _with_settings(dispositif, envelope)
    lines = entry.built.problem.lines
    natures = paid_natures(envelope, builder.catalogue)
    paid = [line for line in lines if line.nature in natures and line.amount > 0]
    if not paid:
        return nothing_paid(envelope, builder.catalogue)
    facts = facts_for_funders(entry.facts, entry.project, dispositif.desks)
    award = builder.catalogue.award(entry.project, dispositif, builder.on)
    bases = [b for b in builder.bases.of(dispositif, facts, paid, lines, award) if reading in b.readings]
    usable = [basis for basis in bases if not basis.refused_by and not basis.doubtful]
    if not usable:
        reasons = dict.fromkeys(text for basis in bases for text in (*basis.refusals, *_doubts(basis)))
        return "aucune base légale : " + (" ; ".join(reasons) or "plafond d'intensité nul ou inconnu")
    offer = _within_its_dispositif(_offer(dispositif, envelope, paid, usable, builder), entry)
    if envelope.min_aid is not UNKNOWN:
        return replace(offer, least_useful=envelope.min_aid)
    useful = builder.catalogue.plan_settings.least_useful
    return replace(offer, least_useful=useful(offer.instrument, entry.built.problem.need, borrowed=offer.borrowed))


def _offer(
    dispositif: Dispositif, envelope: Envelope, paid: Sequence[Line], usable: Sequence[Basis], builder: ProblemBuilder
) -> Offer:
    base = sum((line.amount for line in paid), Euros(0))
    rate = envelope.max_rate
    share = format_rate(Decimal(1) if rate is UNKNOWN else rate)
    what = "d'actifs" if paid_natures(envelope, builder.catalogue) <= builder.catalogue.tangible else "de dépenses"
    return Offer(
        id=dispositif.id,
        title=envelope.title or dispositif.title,
        funder=dispositif.funder,
        instrument=dispositif.instrument,
        lines=frozenset(line.id for line in paid),
        bases=tuple(usable),
        max_support=base if rate is UNKNOWN else rate * base,
        aid_cap=None if envelope.max_per_project is UNKNOWN else envelope.max_per_project,
        formula=f"jusqu'à {share} de {format_euros(base)} {what}, dans la limite du besoin sans autre financement",
        sources=(SETTINGS,),
        reserves=(COMMITTEE,),
        questions=(COMMITTEE,),
        benefit_per_euro=builder.equivalents.benefit(dispositif),
        is_envelope=True,
        pays_part=envelope.pays_part,
        parts=dispositif.advantage.parts,
    )


def _within_its_dispositif(offer: Offer, entry: CallEntry) -> Offer:
    """Never beyond what the dispositif of the call publishes of its own rate, cap and floor, where it does."""
    own = next((each for each in entry.built.problem.offers if each.id == offer.id), None)
    if own is None:
        return offer
    caps = [cap for cap in (offer.aid_cap, own.aid_cap) if cap is not None]
    return replace(
        offer,
        lines=offer.lines & own.lines,
        max_support=min(offer.max_support, own.max_support),
        aid_cap=min(caps, default=None),
        min_support=own.min_support,
        sources=(*own.sources, *offer.sources),
        reserves=(*own.reserves, *offer.reserves),
        questions=(*own.questions, *offer.questions),
        verified=own.verified,
        unread=own.unread,
    )


def _doubts(basis: Basis) -> tuple[str, ...]:
    """The questions of a legal basis that an unknown fact may close."""
    return tuple(f"{basis.article} : {question}" for question in basis.questions) if basis.doubtful else ()


def _with_settings(dispositif: Dispositif, envelope: Envelope) -> Dispositif:
    """The envelope's split between grant and repayable advance is a setting of the mission."""
    share = envelope.grant_share
    if share is UNKNOWN or share == 1:
        return dispositif
    if share == 0:
        return replace(dispositif, instrument=Instrument.REPAYABLE_ADVANCE)
    parts = (
        Part(instrument=Instrument.GRANT, share=share),
        Part(instrument=Instrument.REPAYABLE_ADVANCE, share=1 - share),
    )
    return replace(dispositif, advantage=replace(dispositif.advantage, parts=parts))
