"""Which requests were answered, and how, so that the same request sent again gets the same answer."""

from django.db import models


class IdempotencyRecord(models.Model):
    """
    One Idempotency-Key of one user on one route.

    `fingerprint` tells the body from others without keeping it: an HMAC, for a payment's body has a card in it.
    `status` and `body` (JSON text) are the answer; there is none while a payment is at the gateway, and as long as
    the gateway does not answer.
    """

    user_id = models.BigIntegerField()
    route = models.CharField(max_length=20)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user_id", "route", "key"], name="one_answer_per_idempotency_key"),
        )

    def __str__(self) -> str:
        return f"{self.route} {self.key} of user {self.user_id}"
