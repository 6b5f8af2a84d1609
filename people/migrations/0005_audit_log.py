"""The audit log in a database of its own, with the triggers that let it only grow."""

from django.db import migrations, models

SQLITE = """
CREATE TABLE people_auditrow (
    sequence bigint NOT NULL PRIMARY KEY,
    at datetime NOT NULL,
    event varchar(40) NOT NULL,
    actor bigint NULL,
    object_kind varchar(40) NOT NULL,
    object_ids text NOT NULL,
    outcome varchar(12) NOT NULL,
    data text NOT NULL,
    previous varchar(64) NOT NULL,
    hash varchar(64) NOT NULL
);
CREATE INDEX audit_at ON people_auditrow (at);
CREATE INDEX audit_event ON people_auditrow (event, sequence);
CREATE INDEX audit_actor ON people_auditrow (actor, sequence);
CREATE INDEX audit_person ON people_auditrow (object_ids, sequence) WHERE object_kind = 'person';
CREATE TABLE people_auditanchor (
    through bigint NOT NULL PRIMARY KEY,
    hash varchar(64) NOT NULL,
    archived_at datetime NOT NULL,
    rows bigint NOT NULL,
    file_hash varchar(64) NOT NULL
);
CREATE TRIGGER audit_row_follows BEFORE INSERT ON people_auditrow
WHEN NEW.sequence IS NOT 1 + coalesce(
        (SELECT max(sequence) FROM people_auditrow), (SELECT max(through) FROM people_auditanchor), 0)
    OR NEW.previous IS NOT coalesce(
        (SELECT hash FROM people_auditrow ORDER BY sequence DESC LIMIT 1),
        (SELECT hash FROM people_auditanchor ORDER BY through DESC LIMIT 1),
        '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'an audit row follows the last one'); END;
CREATE TRIGGER audit_row_unchanged BEFORE UPDATE ON people_auditrow
BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
CREATE TRIGGER audit_row_stays BEFORE DELETE ON people_auditrow
WHEN OLD.sequence > coalesce((SELECT max(through) FROM people_auditanchor), 0)
BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;
CREATE TRIGGER audit_anchor_follows BEFORE INSERT ON people_auditanchor
WHEN NOT EXISTS (
        SELECT 1 FROM people_auditrow
        WHERE sequence = NEW.through AND hash = NEW.hash AND at < datetime('now', '-180 days'))
    OR NEW.through >= (SELECT max(sequence) FROM people_auditrow)
BEGIN SELECT RAISE(ABORT, 'audit rows stay for 180 days'); END;
CREATE TRIGGER audit_anchor_unchanged BEFORE UPDATE ON people_auditanchor
BEGIN SELECT RAISE(ABORT, 'audit anchors are never changed'); END;
CREATE TRIGGER audit_anchor_stays BEFORE DELETE ON people_auditanchor
BEGIN SELECT RAISE(ABORT, 'audit anchors are never deleted'); END;
"""
SQLITE_BACK = "DROP TABLE people_auditrow; DROP TABLE people_auditanchor;"

# The functions look into the schema in which they were made, whatever the session that fires them looks into.
POSTGRESQL = """
CREATE TABLE people_auditrow (
    sequence bigint NOT NULL PRIMARY KEY,
    at timestamp with time zone NOT NULL,
    event varchar(40) NOT NULL,
    actor bigint NULL,
    object_kind varchar(40) NOT NULL,
    object_ids text NOT NULL,
    outcome varchar(12) NOT NULL,
    data text NOT NULL,
    previous varchar(64) NOT NULL,
    hash varchar(64) NOT NULL
);
CREATE INDEX audit_at ON people_auditrow (at);
CREATE INDEX audit_event ON people_auditrow (event, sequence);
CREATE INDEX audit_actor ON people_auditrow (actor, sequence);
CREATE INDEX audit_person ON people_auditrow (object_ids, sequence) WHERE object_kind = 'person';
CREATE TABLE people_auditanchor (
    through bigint NOT NULL PRIMARY KEY,
    hash varchar(64) NOT NULL,
    archived_at timestamp with time zone NOT NULL,
    rows bigint NOT NULL,
    file_hash varchar(64) NOT NULL
);
CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN RAISE EXCEPTION 'the audit log is never changed'; END $$;
CREATE FUNCTION audit_row_follows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.sequence IS DISTINCT FROM 1 + coalesce(
            (SELECT max(sequence) FROM people_auditrow), (SELECT max(through) FROM people_auditanchor), 0)
        OR NEW.previous IS DISTINCT FROM coalesce(
            (SELECT hash FROM people_auditrow ORDER BY sequence DESC LIMIT 1),
            (SELECT hash FROM people_auditanchor ORDER BY through DESC LIMIT 1),
            repeat('0', 64)) THEN
        RAISE EXCEPTION 'an audit row follows the last one';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION audit_row_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF OLD.sequence > coalesce((SELECT max(through) FROM people_auditanchor), 0) THEN
        RAISE EXCEPTION 'audit rows are never deleted';
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION audit_anchor_follows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT EXISTS (
            SELECT 1 FROM people_auditrow
            WHERE sequence = NEW.through AND hash = NEW.hash AND at < now() - interval '180 days')
        OR NEW.through >= (SELECT max(sequence) FROM people_auditrow) THEN
        RAISE EXCEPTION 'audit rows stay for 180 days';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_row_follows BEFORE INSERT ON people_auditrow
    FOR EACH ROW EXECUTE FUNCTION audit_row_follows();
CREATE TRIGGER audit_row_unchanged BEFORE UPDATE ON people_auditrow FOR EACH ROW EXECUTE FUNCTION audit_kept();
CREATE TRIGGER audit_row_stays BEFORE DELETE ON people_auditrow FOR EACH ROW EXECUTE FUNCTION audit_row_stays();
CREATE TRIGGER audit_rows_stay BEFORE TRUNCATE ON people_auditrow FOR EACH STATEMENT EXECUTE FUNCTION audit_kept();
CREATE TRIGGER audit_anchor_follows BEFORE INSERT ON people_auditanchor
    FOR EACH ROW EXECUTE FUNCTION audit_anchor_follows();
CREATE TRIGGER audit_anchor_unchanged BEFORE UPDATE OR DELETE ON people_auditanchor
    FOR EACH ROW EXECUTE FUNCTION audit_kept();
CREATE TRIGGER audit_anchors_stay BEFORE TRUNCATE ON people_auditanchor
    FOR EACH STATEMENT EXECUTE FUNCTION audit_kept();
REVOKE UPDATE, TRUNCATE ON people_auditrow, people_auditanchor FROM CURRENT_USER;
REVOKE UPDATE, TRUNCATE ON people_auditrow, people_auditanchor FROM PUBLIC;
"""
POSTGRESQL_BACK = """
DROP TABLE people_auditrow;
DROP TABLE people_auditanchor;
DROP FUNCTION audit_kept();
DROP FUNCTION audit_row_follows();
DROP FUNCTION audit_row_stays();
DROP FUNCTION audit_anchor_follows();
"""


def _run(schema_editor, sqlite, postgresql):
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        schema_editor.execute(postgresql, params=None)
        return
    # SQLite takes one statement at a time; a trigger has semicolons inside.
    import sqlite3

    statement = ""
    for line in sqlite.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            schema_editor.execute(statement, params=None)
            statement = ""


def make(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def unmake(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK.replace("; ", ";\n"), POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("people", "0004_whom_contact_points_answer_for")]

    operations = [
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                ("through", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.CharField(max_length=64)),
                ("archived_at", models.DateTimeField()),
                ("rows", models.BigIntegerField()),
                ("file_hash", models.CharField(max_length=64)),
            ],
            options={"managed": False, "db_table": "people_auditanchor", "ordering": ["through"]},
        ),
        migrations.CreateModel(
            name="AuditRow",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("event", models.CharField(max_length=40)),
                ("actor", models.BigIntegerField(null=True)),
                ("object_kind", models.CharField(blank=True, max_length=40)),
                ("object_ids", models.TextField(blank=True)),
                ("outcome", models.CharField(max_length=12)),
                ("data", models.TextField(default="{}")),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"managed": False, "db_table": "people_auditrow", "ordering": ["sequence"]},
        ),
        migrations.CreateModel(
            name="AuditCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("checked_at", models.DateTimeField()),
                ("sound", models.BooleanField()),
                ("trouble", models.CharField(blank=True, max_length=200)),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.RunPython(make, unmake, hints={"model_name": "auditrow"}),
    ]
