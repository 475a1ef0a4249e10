"""Investment projects: costs, who already knows them, how ripe they are."""
