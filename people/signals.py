"""What do people, organisations and circles announce to whoever keeps a record of it?

Each is sent inside the transaction of the change, with numbers and words from closed lists only. `by` is the number of
the person who did it, None where the clock or an operator did. A receiver that raises stops the change.
"""

from django.dispatch import Signal

# `user`, `organisation`, `before` and `after` (states of a membership, "" where there was none), `by`.
membership_changed = Signal()
# `user`, `role`, `given` (bool), `organisation` (the one that a contact point answers for, else None), `by`.
role_changed = Signal()
# `circle`, `organisation`, `what` ("invited", "joined", "declined", "left"), `by`.
circle_changed = Signal()
# `user`, just before the account is erased, `by`.
person_leaving = Signal()
