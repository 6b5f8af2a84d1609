import datetime

from django.db import migrations
from django.utils import timezone


def name_organisations(apps, schema_editor):
    """A contact point answered for the organisation that the form of an account shows: the first one."""
    Membership = apps.get_model("people", "Membership")
    for row in apps.get_model("people", "RoleAssignment").objects.filter(role="contact-point"):
        first = Membership.objects.filter(user_id=row.user_id).order_by("pk").first()
        if first is not None:
            row.organisation_id = first.organisation_id
            row.save(update_fields=["organisation"])


def give_a_year(apps, schema_editor):
    """Whoever is a member now is so for a year; administrators, whom whoever runs the site vouches for, without an end."""
    RoleAssignment = apps.get_model("people", "RoleAssignment")
    administrators = RoleAssignment.objects.filter(role="administrator").values("user_id")
    apps.get_model("people", "Membership").objects.filter(state="active").exclude(user_id__in=administrators).update(
        expires_date=timezone.localdate() + datetime.timedelta(days=365)
    )


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0003_joining"),
    ]

    operations = [
        migrations.RunPython(name_organisations, migrations.RunPython.noop),
        migrations.RunPython(give_a_year, migrations.RunPython.noop),
    ]
