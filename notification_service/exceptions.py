"""Why something is not done: one class per reason."""

from uuid import UUID


class NotificationNotFound(Exception):
    """This user has no notification with this id; it may be another's, or have gone with its user."""

    def __init__(self, notification_id: int):
        super().__init__(f"notification {notification_id} does not exist")
        self.notification_id = notification_id


class CannotDeliver(Exception):
    """No further attempt will change this: the delivery ends as failed, and this sentence is its reason."""


class UnknownUser(CannotDeliver):
    """user_service knows nobody with this id, so there is no address to write to."""

    def __init__(self, user_id: int):
        super().__init__(f"user_service does not know user {user_id}")
        self.user_id = user_id


class InactiveUser(CannotDeliver):
    """The account is closed to its owner; we do not write to people who cannot answer."""

    def __init__(self, user_id: int):
        super().__init__(f"user {user_id} is not active")
        self.user_id = user_id


class MailRefused(CannotDeliver):
    """The mail server said a final no (RFC 5321, 4.2.1: a 5yz reply), or the address is none."""


class KeepsDying(CannotDeliver):
    """Every attempt ended without a word: no answer, no error. Look in the worker's log for this delivery's id."""

    def __init__(self, delivery_id: UUID, attempts: int):
        super().__init__(f"none of {attempts} attempts came to an end")
        self.delivery_id = delivery_id


class MailServerBusy(Exception):
    """The mail server cannot take it now (RFC 5321, 4.2.1: a 4yz reply), or cannot be reached. Worth another try."""


class InOtherHands(Exception):
    """Another worker is at this delivery. Look again later: it may end before it is done."""

    def __init__(self, delivery_id: UUID):
        super().__init__(f"delivery {delivery_id} is in other hands")
        self.delivery_id = delivery_id
