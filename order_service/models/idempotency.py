"""The answers of requests with an Idempotency-Key: the same request, sent again, gets the same answer."""

from django.db import models


class IdempotencyRecord(models.Model):
    """
    One Idempotency-Key of one user on one route.

    `fingerprint` identifies the request's body without storing it: an HMAC, because the body may have a card number.
    `status` and `body` (JSON text) are the answer; both are empty until a payment has an outcome.
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
