"""What awaits people, told by mail when they chose; the days to come, for their own calendars."""
