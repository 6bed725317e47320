"""The index that refunds and late charges are found by, instead of the one by `settled_at`."""

from django.db import migrations, models

from servicekit.storage.schema_changes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    safe_because = "The index that is dropped holds few rows, so its lock lasts for milliseconds; no query needs it."

    dependencies = [
        ("order_service", "0005_late_charges"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="payment",
            index=models.Index(
                fields=["next_attempt_at"],
                name="payment_next_attempt",
                condition=models.Q(("status__in", ["failed", "refunding"])),
            ),
        ),
        migrations.RemoveIndex(model_name="payment", name="payment_refunding"),
    ]
