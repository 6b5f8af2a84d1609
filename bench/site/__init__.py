"""How is the real site served for measuring, with a constant and the floors of its pages beside it?"""
