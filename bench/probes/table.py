"""What is there to import? A file of public records, taken from the entries of this site under other keys."""

from bench.probes.start import hand_back, stand_up

stand_up()

import json  # noqa: E402  (Django has to stand first)
import sys  # noqa: E402  (Django has to stand first)
from itertools import cycle, islice  # noqa: E402  (Django has to stand first)
from pathlib import Path  # noqa: E402  (Django has to stand first)
from typing import Any  # noqa: E402  (Django has to stand first)

from kb.choices import Axis, EntryKind, TranslationStatus  # noqa: E402  (Django has to stand first)
from kb.models import Entry  # noqa: E402  (Django has to stand first)
from people.viewers import ANONYMOUS  # noqa: E402  (Django has to stand first)


def record(entry: Entry, number: int) -> dict[str, Any]:
    """Return an entry as a record of a public source."""
    sections = {child.block_type: child.value for child in entry.body}
    concepts = list(entry.entry_concepts.select_related("concept"))

    def slugs(axis: Axis) -> str:
        return "; ".join(row.concept.slug for row in concepts if row.axis == axis)

    return {
        "key": f"bench-{number}",
        "positive": "yes" if entry.positive else "no",
        "language": "en",
        "kind": entry.kind,
        "title": f"{entry.title[:100]} ({number})",
        "summary": entry.summary,
        "works_when": entry.works_when,
        "not_when": entry.not_when,
        "facility_types": slugs(Axis.FACILITY),
        "threats": slugs(Axis.THREAT),
        "measures": slugs(Axis.MEASURE),
        "functions": slugs(Axis.FUNCTION),
        "evidence": f"{entry.evidence_source}{entry.evidence_info}",
        "review_in_months": 24,
        "reference_title": f"A public report, part {number}",
        "reference_kind": "guidance",
        "publisher": "An invented publisher",
        "year": 2024,
        "url": f"https://www.example.org/report/{number}",
        **{name: value.source for name, value in sections.items() if hasattr(value, "source")},
        "who_should_act": "; ".join(str(actor) for actor in sections.get("who_should_act", [])),
    }


def main(number: int, path: Path) -> None:
    """Write so many records, one JSON object a line; hand back the file and the options of its import."""
    lessons = Entry.objects.visible_to(ANONYMOUS).filter(
        kind=EntryKind.LESSON, locale__language_code="en", translation_status=TranslationStatus.ORIGINAL
    )
    chosen = list(lessons.order_by("pk")[:200])
    with path.open("w", encoding="utf-8") as handle:
        for turn, entry in enumerate(islice(cycle(chosen), number)):
            handle.write(json.dumps(record(entry, turn), ensure_ascii=False) + "\n")
    hand_back({"path": str(path), "options": ["--by", "reviewer@example.org"]})


main(int(sys.argv[1]), Path(sys.argv[2]))
