"""When a charge was sent, and when the gateway is asked next; a row for each customer, to lock."""

from datetime import timedelta

from django.db import migrations, models
from django.utils import timezone


def ask_again_about_recent_failures(apps, schema_editor):
    """The release before marked a payment as failed for good when the gateway did not know its charge yet."""
    Payment = apps.get_model("order_service", "Payment")
    now = timezone.now()
    recent = Payment.objects.filter(status="failed", started_at__gt=now - timedelta(days=1))
    recent.update(charge_sent_at=models.F("started_at"), next_attempt_at=now)


class Migration(migrations.Migration):
    dependencies = [
        ("order_service", "0004_reason_account_deleted"),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[("user_id", models.BigIntegerField(primary_key=True, serialize=False))],
        ),
        migrations.AddField("payment", "attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField("payment", "charge_sent_at", models.DateTimeField(null=True)),
        migrations.AddField("payment", "next_attempt_at", models.DateTimeField(null=True)),
        migrations.RunPython(ask_again_about_recent_failures, migrations.RunPython.noop),
    ]
