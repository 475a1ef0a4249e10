"""State-aid law as data: ceilings, gross grant equivalent, SME status, de minimis account."""
