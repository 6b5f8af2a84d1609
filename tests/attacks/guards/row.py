"""What is one guard, what does the code say without it, and which test has to fail then?"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """A text that stands exactly once in a file, and what stands there without the guard."""

    file: str
    text: str
    without: str


@dataclass(frozen=True)
class Guard:
    """A guard against one attack. Where two guards stop the same request, both are taken away at once."""

    number: str
    test: str  # what pytest is given
    edits: tuple[Edit, ...]

    @property
    def is_in_the_database(self) -> bool:
        """Is it laid down in a migration, so that the database has to be made anew?"""
        return any("/migrations/" in edit.file for edit in self.edits)

    def __str__(self) -> str:
        files = " + ".join(dict.fromkeys(edit.file for edit in self.edits))
        return f"{self.number}  {files}  {self.test.rpartition('::')[2]}"


def guard(number: str, test: str, *edits: tuple[str, str, str]) -> Guard:
    """Return a row: the number of the attack, a test below `tests/attacks/`, and (file, text, text without)."""
    return Guard(number, f"tests/attacks/{test}", tuple(Edit(*edit) for edit in edits))
