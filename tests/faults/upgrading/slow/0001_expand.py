import time
from typing import Any

from django.db import migrations, models


def linger(apps: Any, schema_editor: Any) -> None:
    """Work for a while."""
    time.sleep(6)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kb", "0001_initial")]
    operations = [
        migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True)), ("text", models.TextField())]),
        migrations.RunPython(linger),
    ]
