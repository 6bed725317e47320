"""Fakes of what is outside the service; they record their calls."""

from collections.abc import Collection

from user_service.mail import Mail


class FakeListener:
    def __init__(self, *, accepts: bool = True):
        self.accepts = accepts
        self.told: list[tuple[int, list[str]]] = []

    def tell(self, *, user_id: int, changes: Collection[str]) -> bool:
        self.told.append((user_id, list(changes)))
        return self.accepts


class FakeMailSender:
    """Accepts every mail; raises `error` when it is set."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> None:
        if self.error:
            raise self.error
        self.mails.append(mail)
