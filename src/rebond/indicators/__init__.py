"""Every published figure, with its definition and the rows behind it."""
