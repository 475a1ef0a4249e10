"""Facts entered and corrected on the site: forms, drafts, clashes, history; ``gestures`` is the one door."""
