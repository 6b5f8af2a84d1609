"""What does the worker do for search when it is asked to? Tasks take numbers, never words."""

from django.db import transaction
from django_tasks import task

from kb.choices import SpillEvent
from kb.models import Spill
from kb.spills.steps import note
from search import indexing
from search.engines import engine


@task()
def forget_purged(spill_id: int) -> int:
    """Make the index anew and take the old ones from the disk: what was purged stands in them still."""
    indexing.rebuild()
    engine().sweep()
    with transaction.atomic():
        note(spill=Spill.objects.get(pk=spill_id), event=SpillEvent.INDEX, by=None)
    return spill_id
