"""The first migration is fine; the second changes tables and rows, and then fails."""
