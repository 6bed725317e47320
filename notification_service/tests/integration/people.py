"""The users of these tests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A user of one test only, so that its rows and mails are not mixed with those of other tests."""

    id: int
    name: str
    email: str

    @property
    def account(self) -> dict[str, str]:
        """What user_service answers about this user."""
        return {"username": self.name.lower(), "first_name": self.name, "email": self.email}
