"""The documents of a mission: JSON, HTML, PDF, Markdown, Word, Excel.

``writing.write_documents`` writes them all. Nothing is loaded here: who needs one kind of file does not load them all.
"""
