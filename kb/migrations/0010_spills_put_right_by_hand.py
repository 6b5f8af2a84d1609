from django.db import migrations, models

OUTCOMES = [
    ("false-alarm", "False alarm: show it again"),
    ("redacted", "Take words out, then show the rest again"),
    ("removed", "Remove it and purge its whole text"),
    ("by-hand", "Put right by hand, where it cannot be hidden"),
]


class Migration(migrations.Migration):

    dependencies = [
        ("kb", "0009_kept_forms_and_words_of_pages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="spill",
            name="outcome",
            field=models.CharField(blank=True, choices=OUTCOMES, max_length=12, verbose_name="decision"),
        ),
        migrations.RemoveConstraint(model_name="spill", name="spill_outcome_known"),
        migrations.AddConstraint(
            model_name="spill",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", *[value for value, _label in OUTCOMES]])),
                name="spill_outcome_known",
            ),
        ),
    ]
