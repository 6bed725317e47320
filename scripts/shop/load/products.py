"""Products with pieces for everybody: those of the catalogue would soon be sold out."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import requests

from scripts.shop.client import Json, StepFailed
from scripts.shop.errors import CannotRun
from scripts.shop.load.target import Target
from scripts.shop.staff import Staff

NUMBER = 10
PIECES = 1_000_000


@contextmanager
def products(target: Target) -> Iterator[list[Json]]:
    """
    Products that the staff adds, and retires at the end.

    :raises CannotRun: there is no such member of staff, or the shop does not take products.
    """
    try:
        staff = Staff(target.urls, account=target.staff)
        added = [staff.adds_product(stock=PIECES) for _ in range(NUMBER)]
    except (StepFailed, requests.RequestException, LookupError, TypeError) as error:
        raise CannotRun(
            f"The staff cannot add products for the load test: {error}\n"
            "E2E_STAFF_USERNAME and E2E_STAFF_PASSWORD name who may."
        ) from error
    try:
        yield added
    finally:
        with suppress(StepFailed, requests.RequestException):  # the shop may have been stopped first
            for product in added:
                staff.retires_product(product)
