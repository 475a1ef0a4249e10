"""Published figures with their rows, charts and documents."""
