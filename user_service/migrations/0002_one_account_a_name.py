"""
Makes user names and e-mail addresses unique, ignoring case. Several accounts may have no address.

By SQL, because the model is Django's; the statements are the same on SQLite and PostgreSQL.
"""

from django.db import migrations


class Migration(migrations.Migration):
    safe_because = "part of the first release: there were no accounts and no running processes"

    dependencies = [
        ("user_service", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE UNIQUE INDEX user_service_username_any_case ON auth_user (LOWER(username))",
            "DROP INDEX user_service_username_any_case",
        ),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX user_service_email_any_case ON auth_user (LOWER(email)) WHERE email <> ''",
            "DROP INDEX user_service_email_any_case",
        ),
    ]
