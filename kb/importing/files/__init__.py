"""How is a file of records read without trusting it? One format to a module."""
