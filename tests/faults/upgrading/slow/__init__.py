"""Takes its time, so that a second deployment comes while it runs."""
