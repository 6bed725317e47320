"""Finds and registers customers at user_service, for staff who take orders by telephone."""

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
    """The bio; None when it is empty."""


class CustomerBook:
    """
    The accounts of user_service.

    Each call may raise NeighbourUnavailable: no answer, or an unexpected one.
    """

    def __init__(self, neighbour: HttpNeighbour):
        self.neighbour = neighbour

    def find(self, text: str) -> Iterator[Customer]:
        """Give every customer with this text in a name or e-mail address; each page is requested when needed."""
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
        Register a customer.

        :raises RegistrationRefused: with the reasons for each field.
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
                raise NeighbourUnavailable(self.neighbour.name, "answered a user without id, username, email or bio")
