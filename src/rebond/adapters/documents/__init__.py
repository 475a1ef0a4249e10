"""The documents of a mission: JSON, HTML, PDF, Markdown, Word, Excel."""

from rebond.adapters.documents.writing import write_documents

__all__ = ["write_documents"]
