"""user_service as a provider, for verifications of pacts from files or from a broker."""

from django.conf import settings

from tests.support.contracts.provider import Provider
from user_service.tests.contract.provider.messages import MESSAGES
from user_service.tests.contract.provider.states import STATES, token_of

PROVIDER = Provider(
    "user_service",
    states=STATES,
    messages=MESSAGES,
    token=token_of,
    settings={"SERVICE_CLIENTS": settings.SERVICE_CLIENTS},  # a state replaces it
)
