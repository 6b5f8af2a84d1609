"""How do the demonstration entries and pages of `fixtures/` get into the database?"""

from kb.demonstration.entries import UnknownConcept, load_entries
from kb.demonstration.files import AXES, body_of, paragraphs, read_folder
from kb.demonstration.pages import load_pages

__all__ = ["AXES", "UnknownConcept", "body_of", "load_entries", "load_pages", "paragraphs", "read_folder"]
