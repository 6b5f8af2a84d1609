"""German keeps the forms that Django gives it."""
