"""The files that a mission writes its letters and its deck on: Rebond's, or its own in their place."""
