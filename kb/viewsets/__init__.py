"""How do people work on records in the editing interface?"""
