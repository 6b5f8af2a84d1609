from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kb", "0001_initial")]
    operations = [
        migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True)), ("text", models.TextField())]),
        migrations.RunSQL("ALTER TABLE kb_entry ADD COLUMN next_remark text NULL", migrations.RunSQL.noop),
        migrations.RunSQL(
            "ALTER TABLE kb_entry ADD COLUMN next_rank integer NOT NULL DEFAULT 0", migrations.RunSQL.noop
        ),
    ]
