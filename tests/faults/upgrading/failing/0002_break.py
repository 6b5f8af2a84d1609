from typing import Any

from django.db import migrations, models


def fail(apps: Any, schema_editor: Any) -> None:
    """Change rows of the site and of the new table, then meet what nobody thought of."""
    apps.get_model("upgrading", "Note").objects.create(text="half done")
    apps.get_model("kb", "Concept").objects.update(notation="half done")
    raise ValueError("a row that\nnobody thought of")


class Migration(migrations.Migration):
    dependencies = [("upgrading", "0001_expand"), ("kb", "0003_technical_review")]
    operations = [
        migrations.AddField("Note", "rank", models.IntegerField(default=0)),
        migrations.RunSQL("ALTER TABLE kb_entry ADD COLUMN next_remark text NULL"),
        migrations.RunPython(fail),
    ]
