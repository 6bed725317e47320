"""State. The account is `django.contrib.auth.models.User`; migration 0002 adds a unique index for its name."""

import uuid
from datetime import date

import phonenumbers
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from servicekit.auth.revocation import AbstractRevocation
from servicekit.messages.outbox import AbstractOutboxMessage

ADDRESS_LENGTH = 64
FIRST_BIRTH_DATE = date(1900, 1, 1)


def check_phone_number(value: str) -> None:
    """
    Accept a number in E.164, as in `+493012345678`: an existing country code, and 7 to 15 digits in all.

    It is not checked whether the number exists in its country: numbering plans change too often.
    """
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        number = None
    written = number and phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if written != value or not 8 <= len(value) <= 16:
        raise ValidationError("Enter a phone number in E.164, as in +493012345678.")


def check_birth_date(value: date) -> None:
    if not FIRST_BIRTH_DATE <= value < timezone.localdate():
        raise ValidationError("A birth date lies in the past, and not before 1900.")


def users_named(username: str) -> models.QuerySet[User]:
    """Give the user with this name, ignoring case: one or none. Uses the index of migration 0002."""
    return User.objects.alias(folded=Lower("username")).filter(folded=username.lower())


class UserProfile(models.Model):
    """Personal data of a user, all of it optional, and the last address that the user has proven."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    bio = models.TextField(blank=True, validators=[MaxLengthValidator(2000)])
    birth_date = models.DateField(null=True, blank=True, validators=[check_birth_date])
    phone_number = models.CharField(blank=True, max_length=16, validators=[check_phone_number])
    verified_email = models.CharField(
        max_length=254,
        null=True,
        blank=True,
        unique=True,
        help_text="in lower case",
    )

    def __str__(self) -> str:
        return f"Profile for {self.user.username}"


def has_proven_address(user: User) -> bool:
    """Whether the user has followed a link in a mail to the present address."""
    profile: UserProfile | None = getattr(user, "profile", None)
    return bool(user.email) and profile is not None and profile.verified_email == user.email.lower()


class AccountMail(models.Model):
    """A mail from this service: its place in the queue, in the limit of its address, and the mark of its link's use."""

    class Kind(models.TextChoices):
        VERIFY = "verify"
        RESET = "reset"
        CHANGED = "changed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Kept after the user's deletion: accounts that come and go must not get round the limit.
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind)
    to = models.CharField(max_length=254, help_text="in lower case")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("to", "kind"), name="account_mail_address"),)

    def __str__(self) -> str:
        return f"Mail {self.id} ({self.kind})"


class Session(models.Model):
    """Starts with a sign-in; each refresh adds a refresh token to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=ADDRESS_LENGTH, blank=True, db_default="", help_text="of the sign-in")

    def __str__(self) -> str:
        return f"Session {self.id} of user {self.user_id}"


def has_signed_in_from(address: str, *, username: str) -> bool:
    """Whether a session of this user began at this address; sessions are deleted when their tokens have expired."""
    if not address or "\0" in username:  # PostgreSQL refuses a text with a null character
        return False
    return Session.objects.filter(address=address, user__in=users_named(username)).exists()


class RefreshToken(models.Model):
    """A refresh token, as a digest, and the access token that was issued with it."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    access_token_id = models.CharField(max_length=32, unique=True)
    access_expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Refresh token {self.pk} of session {self.session_id}"


class Revocation(AbstractRevocation):
    pass


class OutboxMessage(AbstractOutboxMessage):
    pass
