"""A person’s desk: what awaits, the menu, the search, the lists kept as views."""
