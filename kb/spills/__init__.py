"""What happens when something stands here that should not? Frozen at once, looked at, purged, and recorded."""
