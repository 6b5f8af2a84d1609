"""Which entries does a large trial corpus hold? Real text, recombined; the same for the same seed."""
