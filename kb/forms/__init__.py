"""What do editors fill in?"""
