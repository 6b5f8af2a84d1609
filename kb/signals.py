"""What does the knowledge base announce to the apps above it?"""

from django.dispatch import Signal

# Sent before a revision becomes the published text of an entry, inside the same transaction, with `entry` (as it
# stands), `revision` and `by` (None where no person asked). A receiver that raises stops the publication.
entry_publishing = Signal()
# Each is sent inside the content's transaction with `translation_key` (UUID of the work) and `public`: whether
# everybody may read what changed, or might before. Without it, it is taken to be so.
entry_published = Signal()
entry_withdrawn = Signal()
entry_relabelled = Signal()
# Many works were written at once: `translation_keys` (UUIDs), and `public`, which holds for all of them. What an editor
# publishes goes before them.
entries_imported = Signal()
# A picture or file that not everybody may see was given out: `item`, `user`, `as_file`. For whoever keeps records.
media_read = Signal()
# A concept or its labels changed: `concept_id`.
vocabulary_changed = Signal()
