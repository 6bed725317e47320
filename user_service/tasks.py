"""Tasks on this service's own work queue, where retries are allowed."""

from uuid import UUID

from user_service.celery_app import app
from user_service.services import (
    NOTIFY_PROFILE_UPDATE,
    SEND_ACCOUNT_MAIL,
    AccountMailService,
    SessionService,
    UserService,
)


class NotAcceptedByAll(Exception):
    """A service did not accept the change of an account and may have an old copy; the task is retried."""


@app.task(
    name=NOTIFY_PROFILE_UPDATE,
    autoretry_for=(NotAcceptedByAll,),
    retry_backoff=2,  # 2, 4, 8 ... seconds
    retry_backoff_max=600,
    retry_jitter=False,
    max_retries=12,  # then, after about 45 minutes, the message is a dead letter
)
def notify_profile_update(*, user_id: int, changes: list[str], **_: object) -> None:
    if not UserService().notify_profile_update(user_id, changes):
        raise NotAcceptedByAll(user_id)


@app.task(
    name=SEND_ACCOUNT_MAIL,
    autoretry_for=(OSError,),  # the mail server is away, or refuses for now
    retry_backoff=2,
    retry_backoff_max=600,
    retry_jitter=False,
    max_retries=12,
)
def send_account_mail(*, mail_id: str, **_: object) -> None:
    AccountMailService().send(mail_id=UUID(mail_id))


@app.task(name="user_service.purge")
def purge() -> None:
    SessionService().purge()
    AccountMailService().purge()
