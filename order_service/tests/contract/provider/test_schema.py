"""The OpenAPI schema of order_service is part of its contract."""

import pytest

from tests.support.contracts import schemas

pytestmark = pytest.mark.timeout(60)  # a new machine installs the tools first

SERVICE = "order_service"


@pytest.fixture(scope="module")
def schema() -> schemas.Schema:
    return schemas.served()


def test_breaks_no_client_of_the_schema_before(schema):
    """If a break is intended and no client needs the old schema: scripts/openapi.sh accept order_service."""
    broken = schemas.breaking_changes(schemas.read(schemas.BASELINES / f"{SERVICE}.yaml"), schema)
    assert not broken, f"{SERVICE} breaks its clients: {'; '.join(broken)}"


def test_has_what_every_pact_asks_for(schema):
    misfits = schemas.misfits(schema, schemas.pacts_with(SERVICE))
    assert not misfits, f"{SERVICE}'s schema does not have what is asked for: {'; '.join(misfits)}"
