"""An index on a table that is written to all day: built beside the work (docs/migrations.md)."""

from django.db import migrations, models

from servicekit.storage.schema_changes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("order_service", "0001_initial"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="payment",
            index=models.Index(
                fields=["settled_at"], name="payment_refunding", condition=models.Q(("status", "refunding"))
            ),
        ),
    ]
