"""The call and its envelope: scoring, joint selection."""
