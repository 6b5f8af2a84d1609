"""How fast is the site, and does it stay so? Started by `make bench`; nothing of the project imports it."""
