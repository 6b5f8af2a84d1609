"""What does the worker do for the knowledge base when it is asked to? Tasks take numbers, never words."""

from django.db import transaction
from django_tasks import task

from kb.choices import SpillEvent
from kb.models import Spill
from kb.spills import storage
from kb.spills.steps import note


@task()
def clean_storage(spill_id: int) -> int:
    """Write the database anew without its free space, and note that for the spill. Run twice, it is done twice."""
    storage.clean()
    with transaction.atomic():
        spill = Spill.objects.get(pk=spill_id)
        note(spill=spill, event=SpillEvent.STORAGE, by=None)
    return spill_id
