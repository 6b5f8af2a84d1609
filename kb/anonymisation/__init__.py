"""What would give something away, and what does not belong here? Pure: texts in, findings out; no models."""
