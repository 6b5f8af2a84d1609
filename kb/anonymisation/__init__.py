"""What would give something away, and what do uploads carry besides what they show? Pure: no models, no Django."""
