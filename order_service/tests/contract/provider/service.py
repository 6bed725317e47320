"""order_service as a provider: the one object that verifications, from files or from a broker, are made with."""

from order_service.tests.contract.provider.messages import MESSAGES
from tests.support.contracts import tokens
from tests.support.contracts.provider import Provider

PROVIDER = Provider(
    "order_service",
    messages=MESSAGES,
    token=tokens.token,
    settings={"TOKEN_KEYS": "tests.support.contracts.tokens.keys"},
)
