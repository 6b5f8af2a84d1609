"""What does the knowledge base announce to the apps above it?"""

from django.dispatch import Signal

# Each is sent inside the content's transaction with `translation_key` (UUID of the work).
entry_published = Signal()
entry_withdrawn = Signal()
entry_relabelled = Signal()
# A concept or its labels changed: `concept_id`.
vocabulary_changed = Signal()
