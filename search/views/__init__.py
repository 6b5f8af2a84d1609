"""What does search answer to a request?"""
