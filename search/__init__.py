"""What can be found, and how?"""
