"""
Addresses from before count as proven. From now on an address is unique among the proven ones only.

Old code, which still runs for a moment, may then save an address twice: neither account has proven it.
"""

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower

BATCH = 1000


def prove(apps, schema_editor):
    database = schema_editor.connection.alias
    users = apps.get_model("auth", "User").objects.using(database)
    profiles = apps.get_model("user_service", "UserProfile").objects.using(database)
    address = Subquery(users.filter(pk=OuterRef("user_id")).annotate(folded=Lower("email")).values("folded"))
    last = 0
    while batch := list(profiles.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        profiles.filter(pk__in=batch, verified_email=None).exclude(user__email="").update(verified_email=address)
        last = batch[-1]


class Migration(migrations.Migration):
    atomic = False
    safe_because = "an index is dropped at once, and the column is filled in batches"
    dependencies = [
        ("user_service", "0003_account_mails"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(prove, migrations.RunPython.noop),
        migrations.RunSQL(
            "DROP INDEX user_service_email_any_case",
            "CREATE UNIQUE INDEX user_service_email_any_case ON auth_user (LOWER(email)) WHERE email <> ''",
        ),
    ]
