"""Pictures and files get an identifier and a marking. What was there before was written by nobody's rule: it is kept
under a marking that nobody reads, and can be uploaded again."""

from django.db import migrations, models
import django.db.models.deletion

import kb.fields
import kb.models.entries
import kb.models.media


def mark_what_is_there(apps, schema_editor):
    Marking = apps.get_model("kb", "Marking")
    for name in ("MediaImage", "MediaDocument"):
        model = apps.get_model("kb", name)
        for row in model.objects.filter(marking=None).iterator():
            row.public_id = kb.models.entries.new_public_id()
            row.marking = Marking.objects.create(label="TLP:AMBER")  # without a circle: of nobody
            row.save(update_fields=["public_id", "marking"])
    if schema_editor.connection.vendor == "postgresql":
        # What waits to be checked at the end would stand in the way of the next change of these tables.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _identifier(**options):
    return models.CharField(
        default=kb.models.entries.new_public_id, editable=False, max_length=12, verbose_name="identifier", **options
    )


def _marking(name, **options):
    return models.ForeignKey(
        editable=False, on_delete=django.db.models.deletion.PROTECT, related_name=name, to="kb.marking", **options
    )


class Migration(migrations.Migration):

    dependencies = [
        ("kb", "0004_imported_versions"),
    ]

    operations = [
        migrations.AddField("mediaimage", "public_id", _identifier(null=True)),
        migrations.AddField("mediadocument", "public_id", _identifier(null=True)),
        migrations.AddField("mediaimage", "marking", _marking("pictures", null=True)),
        migrations.AddField("mediadocument", "marking", _marking("files", null=True)),
        migrations.RunPython(mark_what_is_there, migrations.RunPython.noop),
        migrations.AlterField("mediaimage", "public_id", _identifier(unique=True)),
        migrations.AlterField("mediadocument", "public_id", _identifier(unique=True)),
        migrations.AlterField("mediaimage", "marking", _marking("pictures")),
        migrations.AlterField("mediadocument", "marking", _marking("files")),
        migrations.AddField(
            "mediadocument", "kind", models.CharField(default="", editable=False, max_length=8, verbose_name="kind"),
            preserve_default=False,
        ),
        migrations.AlterField(
            "mediadocument", "file", models.FileField(upload_to=kb.models.media.neutral_name, verbose_name="file")
        ),
        migrations.AlterField("mediadocument", "title", kb.fields.LineField(max_length=255, verbose_name="title")),
        migrations.AlterField("mediaimage", "title", kb.fields.LineField(max_length=255, verbose_name="title")),
        migrations.AlterField(
            "mediaimage",
            "description",
            kb.fields.LineField(blank=True, default="", max_length=255, verbose_name="description"),
        ),
        migrations.AlterModelOptions("mediadocument", {"verbose_name": "file", "verbose_name_plural": "files"}),
        migrations.AlterModelOptions("mediaimage", {"verbose_name": "picture", "verbose_name_plural": "pictures"}),
    ]
