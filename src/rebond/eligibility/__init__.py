"""Criteria on facts, judged in three-valued logic, with every reason."""
