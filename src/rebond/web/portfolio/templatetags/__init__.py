"""Tags of what others are shown."""
