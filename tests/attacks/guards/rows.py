"""Which guards are there, against which attack, and for which attacks is there none to take away?"""

from tests.attacks.guards import changing, files, people_and_answers, reading, signing_in
from tests.attacks.guards.row import Guard

ROWS: tuple[Guard, ...] = (
    *reading.ROWS,
    *changing.ROWS,
    *signing_in.ROWS,
    *files.ROWS,
    *people_and_answers.ROWS,
)
