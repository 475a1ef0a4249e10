"""The mission: what everything else belongs to, and who takes part in it."""
