"""The PDF of a page, printed in a process of its own. See docs/adr/0049.

Nothing is imported here: the process that prints loads what prints, and nothing else.
"""
