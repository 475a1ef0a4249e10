"""Filters of the committee's templates."""
