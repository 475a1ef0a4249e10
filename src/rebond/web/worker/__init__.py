"""Studies and documents made in the background: what is wanted follows from the database, a worker makes it."""
