"""What did an import do, in words?"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kb.importing.files.base import Cleaned, Shape, shown
from kb.importing.files.encoding import NAMES
from kb.importing.mapping import Mapping, snippet
from kb.importing.terms import Unknown

SHOWN = 30  # lines named one by one


@dataclass
class Report:
    """The numbers of a run, and what a person has to look at."""

    shape: Shape
    mapping: Mapping
    cleaned: Cleaned
    unknown: dict[tuple[str, str], Unknown]
    dry_run: bool = False
    records: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: list[tuple[int, str, str]] = field(default_factory=list)  # (line, title, why)
    kept_count: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)  # (line, what is wrong)
    bad_count: int = 0
    seconds: float = 0.0
    longest: float = 0.0  # seconds of the longest transaction

    def note_bad(self, line: int, problem: str) -> None:
        """Count a bad record; the first ones are named."""
        self.bad_count += 1
        if len(self.bad) < SHOWN:
            self.bad.append((line, problem))

    def note_kept(self, line: int, title: str, why: str) -> None:
        """Count an entry that was left alone; the first ones are named."""
        self.kept_count += 1
        if len(self.kept) < SHOWN:
            self.kept.append((line, title, why))

    @property
    def exit_code(self) -> int:
        """0 where every record was taken or needed nothing, 1 where some are bad, 2 where all are."""
        if not self.bad_count:
            return 0 if self.records else 2
        return 1 if self.bad_count < self.records else 2

    def lines(self) -> Iterator[str]:
        """Yield the report, line by line, with nothing in it that steers a terminal."""
        yield from map(shown, self._lines())

    def _lines(self) -> Iterator[str]:
        yield from self._file_lines()
        for line, problem in self.bad:
            yield f"{self.shape.unit} {line}: {problem}"
        if self.bad_count > len(self.bad):
            yield f"… and {self.bad_count - len(self.bad):,} more bad records."
        for line, title, why in self.kept:
            yield f"{self.shape.unit} {line}: “{title}” was left alone: {why}."
        if self.kept_count > len(self.kept):
            yield f"… and {self.kept_count - len(self.kept):,} more were left alone."
        yield from self._unknown_lines()
        yield from self._cleaned_lines()
        yield self.summary()

    def _file_lines(self) -> Iterator[str]:
        shape = self.shape
        encoding = NAMES.get(shape.encoding, shape.encoding)
        parted = {"\t": "tabs", "": ""}.get(shape.delimiter, f"“{shape.delimiter}”")
        yield (
            f"File: {shape.format}"
            + (f", {encoding}" if encoding else "")
            + (f", parted by {parted}" if parted else "")
        )
        for target in self.mapping.guessed:
            names = ", ".join(f"“{name}”" for name in self.mapping.columns[target])
            yield f"  {target} ← {names} (by its name)"
        if self.mapping.unused:
            yield f"  not used: {', '.join(self.mapping.unused)}"

    def _unknown_lines(self) -> Iterator[str]:
        if not self.unknown:
            return
        yield "Words that are no concept of the vocabularies:"
        ordered = sorted(self.unknown.items(), key=lambda item: (item[0][0], -item[1].count))
        for (name, text), seen in ordered[:SHOWN]:
            offers = ", ".join(f"{slug} ({label})" for slug, label in seen.near) or "nothing near"
            where = f"{self.shape.unit} {', '.join(map(str, seen.lines))}" + (
                " …" if seen.count > len(seen.lines) else ""
            )
            yield f"  {name}: “{text}”, {seen.count} ×, {where}. Near: {offers}"
        if len(ordered) > SHOWN:
            yield f"  … and {len(ordered) - SHOWN:,} more."
        yield "For the mapping, where the first guess is right (an empty text leaves the word out):"
        offers_by_word = {key: [slug for slug, _label in seen.near] for key, seen in ordered[:SHOWN]}
        yield from (f"  {line}" for line in snippet(offers_by_word).splitlines())

    def _cleaned_lines(self) -> Iterator[str]:
        cleaned = self.cleaned
        if cleaned.formulas or cleaned.control:
            where = ", ".join(map(str, cleaned.lines))
            yield (
                f"Made harmless: {cleaned.formulas} cells that a spreadsheet would run, {cleaned.control} with control "
                f"characters ({self.shape.unit} {where} …)."
            )

    def summary(self) -> str:
        """Return the one line with the numbers."""
        verb = "would be " if self.dry_run else ""
        rate = f" in {self.seconds:.1f} s ({self.records / self.seconds:,.0f} a second)" if self.seconds else ""
        held = f" The longest transaction took {self.longest:.2f} s." if self.longest else ""
        return (
            f"{self.records:,} records{rate}: {self.new:,} {verb}new, {self.changed:,} {verb}changed, "
            f"{self.unchanged:,} unchanged, {self.kept_count:,} left alone, {self.bad_count:,} bad.{held}"
        )
