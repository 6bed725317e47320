"""Postal addresses."""

from typing import TypedDict


class Address(TypedDict):
    """Where a parcel goes. `country` is an ISO 3166-1 alpha-2 code."""

    street: str
    city: str
    state: str
    zip_code: str
    country: str
