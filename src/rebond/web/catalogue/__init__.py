"""The public catalogue: dispositifs and regimes, read from their files."""
