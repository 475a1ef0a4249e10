"""What the mission publishes: the result as data, and the contents of its documents."""
