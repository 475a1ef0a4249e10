"""How facts and decisions are changed on the site and by commands: one door, and every change in the journal."""
