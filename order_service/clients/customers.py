"""Customers as the staff on the telephone need them: found by name, or registered on the spot. At user_service."""

from collections.abc import Iterator
from dataclasses import dataclass

from order_service.exceptions import RegistrationRefused
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.http import HttpNeighbour


@dataclass(frozen=True)
class Customer:
    id: int
    username: str
    email: str
    about: str | None
    """What they say of themselves, if anything."""


class CustomerBook:
    """
    user_service's accounts, as far as taking an order by telephone needs them.

    Each call may raise NeighbourUnavailable: no answer, or none that can be understood.
    """

    def __init__(self, neighbour: HttpNeighbour):
        self.neighbour = neighbour

    def find(self, text: str) -> Iterator[Customer]:
        """Every customer with this text in a name or address, page by page."""
        page: int | None = 1
        while page is not None:
            response = self.neighbour.get("/api/users/", params={"search": text, "page": page})
            if response.status_code != 200:
                raise NeighbourUnavailable(self.neighbour.name, f"answered {response.status_code}")
            match self.neighbour.json_object(response):
                case {"results": list(results), "next": str() | None as following}:
                    yield from map(self._customer, results)
                    page = None if following is None else page + 1
                case _:
                    raise NeighbourUnavailable(self.neighbour.name, "answered without results or next")

    def register(self, *, username: str, email: str, password: str) -> Customer:
        """
        Open an account.

        :raises RegistrationRefused: with the reasons, field by field.
        """
        account = {"username": username, "email": email, "password": password}
        response = self.neighbour.post("/api/users/", json=account)
        answer = self.neighbour.json_object(response)
        match response.status_code:
            case 201:
                return self._customer(answer)
            case 400:
                raise RegistrationRefused(answer)
            case status:
                raise NeighbourUnavailable(self.neighbour.name, f"answered {status}")

    def _customer(self, account: object) -> Customer:
        match account:
            case {"id": int(id_), "username": str(username), "email": str(email), "bio": str() | None as about}:
                return Customer(id=id_, username=username, email=email, about=about)
            case _:
                raise NeighbourUnavailable(self.neighbour.name, "described a user without id, username, email or bio")
