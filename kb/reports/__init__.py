"""What may a reader report, and what becomes of it?"""
