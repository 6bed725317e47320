"""Looking at the parts of the shop's surroundings as its processes reach them."""

import time
from dataclasses import asdict

import requests

from tests.chaos.shop import ChaosShop
from tests.support import probes
from tests.support.errors import Unusable

PATIENCE = 3.0


def answers(shop: ChaosShop, target: str) -> bool:
    return seconds_to_answer(shop, target) is not None


def seconds_to_answer(shop: ChaosShop, target: str) -> float | None:
    """
    How long it takes to be answered by it; None when that fails.

    :param target: postgres, redis, rabbitmq, mail or user_service (as its neighbours reach it).
    """
    at = asdict(shop.servers.addresses)
    began = time.monotonic()
    try:
        match target:
            case "postgres":
                probes.postgres(at["postgres"])
            case "redis":
                probes.redis(at["redis"])
            case "rabbitmq":
                probes.rabbitmq(at["rabbitmq"], at["rabbitmq_api"])
            case "mail":
                probes.mail(at["mail_smtp"], at["mail_api"])
            case "user_service":
                url = f"{shop.user_service.url}/.well-known/jwks.json"
                requests.get(url, timeout=PATIENCE).raise_for_status()
            case _:
                raise LookupError(f"nobody knows how to look at {target}")
    except (Unusable, requests.RequestException):
        return None
    return time.monotonic() - began
