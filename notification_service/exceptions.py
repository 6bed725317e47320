"""Why something is not done: one class per reason."""

from uuid import UUID


class NotificationNotFound(Exception):
    """This user has no notification with this id: it belongs to another user, or was deleted with its user."""

    def __init__(self, notification_id: int):
        super().__init__(f"notification {notification_id} does not exist")
        self.notification_id = notification_id


class CannotDeliver(Exception):
    """A permanent failure: the delivery ends as failed, with this message as its reason."""


class UnknownUser(CannotDeliver):
    """user_service knows no user with this id, so there is no address."""

    def __init__(self, user_id: int):
        super().__init__(f"user_service does not know user {user_id}")
        self.user_id = user_id


class InactiveUser(CannotDeliver):
    """The account was deactivated; its owner gets no mail."""

    def __init__(self, user_id: int):
        super().__init__(f"user {user_id} is not active")
        self.user_id = user_id


class MailRefused(CannotDeliver):
    """The mail server refused for good (RFC 5321, 4.2.1: a 5yz reply), or the address is not valid."""


class TooManyUnfinishedAttempts(CannotDeliver):
    """No attempt ended with a result or an error. Look for this delivery's id in the log of the worker."""

    def __init__(self, delivery_id: UUID, attempts: int):
        super().__init__(f"none of {attempts} attempts finished")
        self.delivery_id = delivery_id


class MailServerUnavailable(Exception):
    """The mail server cannot be reached, or refused for now (RFC 5321, 4.2.1: a 4yz reply). Retry later."""


class AddressNotVerified(Exception):
    """The user has not proven the address, so mails wait. Sent when user_service says that it is proven, or retried."""

    def __init__(self, user_id: int):
        super().__init__(f"user {user_id} has not verified the address")
        self.user_id = user_id


class TooManyMails(Exception):
    """The user got as many mails in the last hour as MAILS_PER_HOUR allows. Retry later."""

    def __init__(self, user_id: int):
        super().__init__(f"user {user_id} got too many mails in the last hour")
        self.user_id = user_id


class ClaimedByAnotherWorker(Exception):
    """Another worker is sending this mail. Retry later: that worker may be killed before it has finished."""

    def __init__(self, delivery_id: UUID):
        super().__init__(f"delivery {delivery_id} is claimed by another worker")
        self.delivery_id = delivery_id
