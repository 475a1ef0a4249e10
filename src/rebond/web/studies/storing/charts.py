"""The charts of a mission's home page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN
from rebond.portfolio.call import CallStatus
from rebond.restitution.charts import Bar, Chart, Level, Part, funnel, horizontal_bars
from rebond.restitution.editions import TEAM
from rebond.restitution.flows import ways_out
from rebond.restitution.french import the_territory
from rebond.restitution.report.context import Context
from rebond.restitution.report.stack import stack_drawing
from rebond.restitution.svg import Tone
from rebond.restitution.territory_map import marked_communes, territory_map, territory_places
from rebond.results import MissionResult, ProjectResult
from rebond.units import agreed, format_millions, format_rate
from rebond.web.catalogue.reading import axes, commune_outlines, commune_points, current_catalogue, labels


def mission_charts(result: MissionResult) -> Iterable[tuple[str, Chart]]:
    """Code and chart, in the order of the page; a chart without a row is not drawn."""
    yield from ((code, chart) for code, chart in _every(result) if chart.rows)


def _every(result: MissionResult) -> Iterable[tuple[str, Chart]]:
    yield "entonnoir", _funnel(result)
    yield "suites", ways_out(result)
    if result.stack.useful:
        yield "soutiens", stack_drawing(Context.of(result, TEAM)).chart
    yield "carte", _map(result)
    yield "investissement_par_type", _by_kind(result)
    yield "besoins_par_axe", _by_axis(result)
    yield "orientations", _by_organisation(result)


def _funnel(result: MissionResult) -> Chart:
    met = {interview.firm_id for interview in result.census.interviews}
    known = Counter(project.known.known for project in result.projects)
    ripe = Counter(project.maturity.ripe for project in result.projects)
    status = Counter(project.decision.status for project in result.projects)
    levels = (
        Level(label="Entreprises rencontrées", parts=_parts(("entreprises", len(met), Tone.STRONG))),
        Level(
            label="Projets recensés",
            # Without any list of a partner, nobody can say which were unknown.
            parts=_parts(
                ("connus des partenaires", known[Truth.YES], Tone.STRONG),
                ("à confirmer", known[Truth.UNKNOWN], Tone.NEUTRAL),
                ("inconnus des pouvoirs publics", known[Truth.NO], Tone.ACCENT),
            )
            if result.census.partner_entries
            else _parts(("projets", len(result.projects), Tone.STRONG)),
        ),
        Level(
            label="Maturité des projets",
            parts=_parts(
                ("mûrs", ripe[Truth.YES], Tone.STRONG),
                ("à établir", ripe[Truth.UNKNOWN], Tone.NEUTRAL),
                ("à mûrir", ripe[Truth.NO], Tone.PALE),
            ),
        ),
        Level(
            label="Suite proposée",
            parts=_parts(
                ("proposés", status[CallStatus.RETAINED], Tone.ACCENT),
                ("candidats non proposés", status[CallStatus.NOT_RETAINED], Tone.NEUTRAL),
                ("finançables sans l’enveloppe", status[CallStatus.COVERED], Tone.STRONG),
                ("hors de l’appel", status[CallStatus.NOT_ADMITTED], Tone.PALE),
            ),
        ),
    )
    filled = [level for level in levels if level.parts]
    return funnel(filled, key="entonnoir", title=_unknown_found(result))


def _unknown_found(result: MissionResult) -> str:
    """The finding of the funnel."""
    found = next(each for each in result.indicators if each.code == "projets_inconnus")
    whole = len(result.projects)
    if found.absent or not whole:
        return "Des entreprises rencontrées aux suites proposées"
    return f"Projets inconnus des pouvoirs publics : {found.span} sur {whole}"


def _first_of(counts: Counter[str], unit: str, nothing: str) -> str:
    """The finding of bars: what comes first, and how much of the whole it is; counted things may be in two bars."""
    if not counts:
        return nothing
    label, most = counts.most_common(1)[0]
    if unit == "€":
        share = round(Decimal(most) / sum(counts.values()), 2)
        return f"{label} : {format_rate(share)} de l’investissement recherché"
    return f"{label} : {most} {agreed(unit, most)}"


def _parts(*rows: tuple[str, int, Tone]) -> tuple[Part, ...]:
    return tuple(Part(label=label, value=Decimal(value), tone=tone) for label, value, tone in rows if value)


def _map(result: MissionResult) -> Chart:
    gazetteer = current_catalogue().gazetteer
    places = territory_places(gazetteer, result.census.settings.epcis, commune_outlines())
    values: Counter[str] = Counter(project.commune.code for project in result.projects if project.commune)
    return territory_map(
        places,
        {code: Decimal(value) for code, value in values.items()},
        commune_points(),
        key="carte",
        title=_busiest(values, result),
        measure="projets",
        marked=marked_communes(result),
    )


def _busiest(values: Counter[str], result: MissionResult) -> str:
    """The finding of the map."""
    words = f"les projets dans {_territory(result)}"
    if not values:
        return f"{words[:1].upper()}{words[1:]}"
    (code, most) = min(values.items(), key=lambda each: (-each[1], each[0]))
    name = next(p.commune.name for p in result.projects if p.commune and p.commune.code == code)
    return f"{name}, {most} {agreed('projets', most)} sur {len(result.projects)} : {words}"


def _territory(result: MissionResult) -> str:
    settings = result.census.settings
    return the_territory(settings.territory, settings.territory_article)


def _by_kind(result: MissionResult) -> Chart:
    kinds = labels("types_projet")
    totals: Counter[str] = Counter()
    for project in result.projects:
        totals[_kind(project, kinds)] += int(project.project.total_cost)
    bars = [Bar(label=label, value=Decimal(total)) for label, total in totals.most_common()]
    return horizontal_bars(
        bars,
        key="investissement-type",
        title=_first_of(+totals, "€", "Investissement recherché, par type de projet"),
        header=("Type de projet", "Investissement"),
        write=format_millions,
    )


def _kind(project: ProjectResult, kinds: dict[str, str]) -> str:
    kind = project.project.kind
    return "Type inconnu" if kind is UNKNOWN else kinds.get(kind, kind)


def _by_axis(result: MissionResult) -> Chart:
    known = axes()
    counts = Counter(need.axis for interview in result.census.interviews for need in interview.needs)
    named = Counter({known[axis].label: count for axis, count in counts.most_common() if axis in known})
    bars = [Bar(label=label, value=Decimal(count)) for label, count in named.most_common()]
    return horizontal_bars(
        bars,
        key="besoins-axe",
        title=_first_of(named, "besoins entendus", "Besoins entendus en entretien, par axe"),
        header=("Axe", "Besoins"),
    )


def _by_organisation(result: MissionResult) -> Chart:
    counts = Counter(
        organisation
        for project in result.projects
        for organisation in {referral.organisation for referral in project.referrals}
    )
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    named = Counter({result.organisation_name(code): count for code, count in ranked})
    bars = [Bar(label=label, value=Decimal(count)) for label, count in named.items()]
    return horizontal_bars(
        bars,
        key="orientations",
        title=_first_of(named, "projets orientés", "Projets orientés, par organisation"),
        header=("Organisation", "Projets"),
    )
