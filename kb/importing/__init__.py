"""How do many entries come in at once? Files, their mapping, the rows, the writing, the report."""
