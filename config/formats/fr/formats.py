"""French keeps the forms that Django gives it."""
