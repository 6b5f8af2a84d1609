"""May this viewer see this? One rule, told for an object, for the database and for an index."""
