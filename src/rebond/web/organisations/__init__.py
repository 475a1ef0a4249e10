"""Organisations that people work for, and the people of a mission: invited, joining, changing, leaving."""
