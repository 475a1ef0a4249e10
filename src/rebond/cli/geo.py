"""``rebond geo``: outlines of communes, for the maps."""

from __future__ import annotations

from pathlib import Path

import click

from rebond.adapters.outlines import FOLDER, name_of, read_outlines, written
from rebond.cli._catalogue import open_epcis
from rebond.cli._places import OutFolder
from rebond.cli._show import show_faults
from rebond.data import catalogue_part
from rebond.data.outfolder import written_file
from rebond.eligibility.epcis import communes_of
from rebond.eligibility.places import load_gazetteer
from rebond.errors import DataError
from rebond.restitution.typography import typeset


@click.group()
def geo() -> None:
    """Contours des communes, pour les cartes."""


@geo.command("import")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--epci", "epcis", multiple=True, required=True, help="Intercommunalité du territoire (SIREN ou nom).")
@click.option("--source", required=True, help="Producteur et jeu : « IGN, ADMIN EXPRESS COG ». Dite sous la carte.")
@click.option("--licence", required=True, help="Licence du jeu : « Licence Ouverte 2.0 ». Dite sous la carte.")
@click.option("--millesime", "year", required=True, help="Millésime du jeu.")
@click.option("--out", type=OutFolder(), required=True, help="Catalogue de l'instance, où les contours sont gardés.")
def import_file(file: Path, epcis: tuple[str, ...], source: str, licence: str, year: str, out: Path) -> None:
    """Garde de FICHIER (GeoJSON, TopoJSON ou shapefile) les contours des communes d'un territoire, simplifiés.

    GeoJSON et TopoJSON sont en degrés ; un shapefile (.shp avec .dbf et .prj, ou .zip) en degrés ou en Lambert 93.
    Le code INSEE est lu dans la propriété « code », « INSEE_COM », « codgeo »… de chaque commune. Code 2 : défauts,
    rien n'est écrit.
    """
    for name, said in (("--source", source), ("--licence", licence), ("--millesime", year)):
        if not said.strip():
            raise click.BadParameter("ne peut être vide : un contour sans origine n'est pas publiable", param_hint=name)
    codes = open_epcis(epcis, out)
    try:
        gazetteer = load_gazetteer(catalogue_part(out, "referentiels"))
        found = read_outlines(file, {commune.code for commune in communes_of(gazetteer, codes)})
    except DataError as error:
        show_faults(error.faults)
    target = out / FOLDER / name_of(codes)
    target.parent.mkdir(parents=True, exist_ok=True)
    with written_file(target) as draft:
        draft.write_text(written(found, source=source, licence=licence, year=year), encoding="utf-8")
    points = sum(len(ring) for rings in found.of.values() for ring in rings)
    click.echo(f"{len(found.of)} communes gardées dans {target} ({points} points) ; {found.other} autres laissées.")
    if found.missing:
        names = ", ".join(typeset(gazetteer.communes[code].name) for code in found.missing)
        click.echo(f"! Sans contour ({len(found.missing)}), la carte les montre par un point : {names}.", err=True)
