"""Template tags of the answers by a link."""
