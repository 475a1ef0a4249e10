"""The documents of one plan: workbook with live formulas, text document, tagged PDF."""

from rebond.adapters.plan_documents.docx import write_docx
from rebond.adapters.plan_documents.pdf import write_pdf
from rebond.adapters.plan_documents.xlsx import write_xlsx

__all__ = ["write_docx", "write_pdf", "write_xlsx"]
