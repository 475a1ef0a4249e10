"""The call and its envelope: decisions and scores."""
