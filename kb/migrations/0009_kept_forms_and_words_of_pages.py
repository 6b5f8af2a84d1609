from django.db import migrations, models

import kb.fields

EVENTS = [
    ("reported", "Reported"),
    ("frozen", "Frozen and hidden everywhere"),
    ("access", "Readers taken down"),
    ("opened", "Text opened past its marking"),
    ("originator", "Originator informed"),
    ("authority", "Competent security authority informed"),
    ("decided", "Decided"),
    ("purged", "Purged from text, revisions, reviews, queues and files"),
    ("forms", "Forms kept after the end of a visit thrown away"),
    ("index", "Purged from the search index"),
    ("storage", "Purged from the free space of the database"),
    ("backups", "Backups dealt with"),
    ("readers", "Readers told to delete what they have"),
    ("confirmed", "A reader confirmed"),
    ("closed", "Closed"),
]


class Migration(migrations.Migration):

    dependencies = [
        ("kb", "0008_texts_name_pictures_and_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="guidancepage",
            name="words_explained",
            field=kb.fields.LineField(
                blank=True,
                db_default="",
                default="",
                help_text="Only where the text speaks of classified documents or their markings. Somebody else than whoever wrote it has to publish it.",
                max_length=300,
                verbose_name="marking words: why do they stand here?",
            ),
        ),
        migrations.AlterField(
            model_name="spillstep",
            name="event",
            field=models.CharField(choices=EVENTS, max_length=12, verbose_name="step"),
        ),
        migrations.RemoveConstraint(model_name="spillstep", name="spill_step_known"),
        migrations.AddConstraint(
            model_name="spillstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("event__in", [value for value, _label in EVENTS])), name="spill_step_known"
            ),
        ),
    ]
