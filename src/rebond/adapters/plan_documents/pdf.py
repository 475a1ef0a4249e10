"""The plan as a tagged PDF (what is checked of it: docs/adr/0075): one HTML page, typeset by WeasyPrint."""

from __future__ import annotations

from pathlib import Path

import jinja2

from rebond.adapters.plan_documents import wording
from rebond.adapters.plan_documents.content import sections
from rebond.adapters.printing.accessible import finish
from rebond.adapters.printing.pdf import undated
from rebond.errors import RebondError
from rebond.financing.explaining.dossier import PlanDossier
from rebond.restitution.typography import typeset

TEMPLATE = "plan.html.j2"
_FONTS = Path(__file__).parents[2] / "web" / "static" / "rebond" / "fonts"


def write_pdf(dossier: PlanDossier, path: Path) -> None:
    """Write the PDF; raises ``RebondError`` when the machine lacks the libraries of WeasyPrint (Pango)."""
    try:
        import weasyprint  # Loaded only here: it needs system libraries that a bare machine may lack.
    except OSError as error:
        raise RebondError(f"PDF impossible : bibliothèque système absente ({error})") from error
    with undated():
        weasyprint.HTML(string=render_html(dossier), base_url=str(_FONTS)).write_pdf(
            str(path), pdf_variant="pdf/ua-1", finisher=finish
        )


def render_html(dossier: PlanDossier) -> str:
    """The HTML of the document, autoescaped, in French typography."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_typeset,
    )
    return environment.get_template(TEMPLATE).render(
        dossier=dossier, sections=tuple(sections(dossier)), wording=wording, fonts=_FONTS.as_uri()
    )


def _typeset(value: object) -> object:
    return typeset(value) if isinstance(value, str) else value
