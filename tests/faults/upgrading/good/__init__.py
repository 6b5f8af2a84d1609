"""Only adds: a column that may be empty, one with a default in the database, a table."""
