"""
User names and e-mail addresses are unique whatever their case.

The table is Django's, so its model cannot say it; the index is the same statement on SQLite and PostgreSQL. Several
accounts may have no address.
"""

from django.db import migrations


class Migration(migrations.Migration):
    safe_because = "it came with the first release: there were no accounts, and nobody at work"

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
