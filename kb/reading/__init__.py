"""What does a reader get to see of entries? Every way to read starts here, with the viewer's clearance."""

from kb.reading.briefs import Brief, read_briefing
from kb.reading.entry import Reading, passing_on, read_entry
from kb.reading.related import Related
from kb.reading.versions import best_version, listed, page_language, references_of, sources_of, versions_by_work

__all__ = [
    "Brief",
    "Reading",
    "Related",
    "best_version",
    "listed",
    "page_language",
    "passing_on",
    "read_briefing",
    "read_entry",
    "references_of",
    "sources_of",
    "versions_by_work",
]
