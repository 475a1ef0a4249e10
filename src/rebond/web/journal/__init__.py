"""One journal: every change of a fact or decision, every reading of a confidential sheet, every export."""
