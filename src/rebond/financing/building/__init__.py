"""From facts, verdicts and the catalogue to a problem: offers, legal bases, allowances, aid of the past."""
