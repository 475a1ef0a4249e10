"""The documents of one plan: workbook with live formulas, text document, tagged PDF.

Nothing is loaded here: a plan that is only shown, or asked in one form, does not wait for the libraries of the others.
"""
