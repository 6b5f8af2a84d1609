"""Is everything in order, and what is to be done where it is not? Lights for administrators."""
