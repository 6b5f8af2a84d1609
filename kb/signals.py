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
# A spill was reported and waits for the security officer: `spill` (number).
spill_waits = Signal()
# A step of a spill procedure was taken: `spill` (number), `event`, `about`, `key`, `by` (number of an account or None).
# For whoever keeps records; inside the transaction of the step.
spill_step = Signal()
# People of a spill have to be told that something waits for them here: `spill`, `people` (numbers of SpillPerson).
spill_tells = Signal()
# The text of works was purged from the database: `spill`, `translation_keys`. Nothing made of it may be kept.
text_purged = Signal()
# A picture or file that not everybody may see was given out: `item`, `user`, `as_file`. For whoever keeps records.
media_read = Signal()
# A concept or its labels changed: `concept_id`.
vocabulary_changed = Signal()
# Its source or the security officer took a work back: `translation_key`, `public`. Those who read it are to be told.
entry_recalled = Signal()
# Something about a marking waits for, or was answered to, somebody: `change_id` or `question_id`, never text.
change_asked = Signal()
change_answered = Signal()
question_asked = Signal()
question_answered = Signal()
