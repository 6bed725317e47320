"""Work that this service gives itself, on its own queue: here retries are allowed."""

from user_service.celery_app import app
from user_service.services import NOTIFY_PROFILE_UPDATE, SessionService, UserService


class NotEverybodyAccepted(Exception):
    """A neighbour is still to be told of a changed account. It may hold what is no longer so; we try again."""


@app.task(
    name=NOTIFY_PROFILE_UPDATE,
    autoretry_for=(NotEverybodyAccepted,),
    retry_backoff=2,  # 2, 4, 8 ... seconds
    retry_backoff_max=600,
    retry_jitter=False,
    max_retries=12,  # after about three quarters of an hour it is a dead letter
)
def notify_profile_update(*, user_id: int, changes: list[str], **_: object) -> None:
    if not UserService().notify_profile_update(user_id, changes):
        raise NotEverybodyAccepted(user_id)


@app.task(name="user_service.purge")
def purge() -> None:
    SessionService().purge()
