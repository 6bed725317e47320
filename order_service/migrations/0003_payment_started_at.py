"""The first of three steps, the others are in docs/migrations.md: code that does not know the column leaves it empty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("order_service", "0002_find_lost_refunds"),
    ]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="started_at",
            field=models.DateTimeField(null=True),
        ),
    ]
