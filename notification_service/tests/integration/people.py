"""Who is told something in these tests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody of one test only: others' rows and mails are none of theirs."""

    id: int
    name: str
    email: str

    @property
    def account(self) -> dict[str, str]:
        """What user_service tells of them."""
        return {"username": self.name.lower(), "first_name": self.name, "email": self.email}
