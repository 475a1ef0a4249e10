"""The table of the guide, field by field, as the declaration makes it."""

from __future__ import annotations

from rebond.adapters.workbook import Layout
from rebond.restitution.audiences import audiences


def rows(layout: Layout) -> list[str]:
    """One row for each audience: its title, its sensitivity, the columns of the workbook and what is computed."""
    declared = audiences()
    found = ["| Lu, hors de l'équipe, par | Sensibilité | Colonnes du classeur et données calculées |", "|---|---|---|"]
    for code, audience in declared.audiences.items():
        parts = []
        for sheet in layout.sheets:
            titles = [
                column.title
                for column in sheet.columns
                if column.audience.code == code and not column.hidden and column.key != "verifie"
            ]
            if titles and len(titles) == len(sheet.columns):
                parts.append(f"**{sheet.title}** : tout")
            elif titles:
                parts.append(f"**{sheet.title}** : {' ; '.join(titles)}")
        computed = [each.title for each in declared.data.values() if not each.field and each.audience == code]
        if computed:
            parts.append(f"**calculé** : {' ; '.join(computed)}")
        title = audience.title[:1].upper() + audience.title[1:]
        found.append(f"| {title} | {audience.sensitivity} | {'. '.join(parts) or 'aucune'} |".replace(" ;  ", " ; "))
    return found
