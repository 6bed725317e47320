"""POST /api/auth/service-token/ and GET /.well-known/jwks.json"""

import jwt
import pytest

from servicekit.testing.client import ApiClient
from user_service.tests.component.answers import assert_problem, assert_refuses_fields

pytestmark = pytest.mark.django_db

SERVICE_TOKEN, KEYS = "/api/auth/service-token/", "/.well-known/jwks.json"


def credentials(**fields):
    return {"client_id": "order_service", "client_secret": "demo-only-order-service-client-secret"} | fields


class TestServiceToken:
    def test_lets_a_service_read_users(self, nobody, alice):
        answer = nobody.post(SERVICE_TOKEN, credentials())

        assert answer.status_code == 200
        assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 300)
        assert set(answer.json()) == {"access_token", "token_type", "expires_in"}
        assert ApiClient.as_(answer.json()["access_token"]).get(f"/api/users/{alice.pk}/").status_code == 200

    @pytest.mark.security
    @pytest.mark.parametrize("field", ["client_id", "client_secret"])
    def test_is_for_services_that_we_know(self, nobody, field):
        assert_problem(nobody.post(SERVICE_TOKEN, credentials(**{field: "wrong"})), 401, "INVALID_CLIENT")

    @pytest.mark.parametrize("value", [None, "", ["x"], {"x": 1}, "x" * 257])
    @pytest.mark.parametrize("field", ["client_id", "client_secret"])
    def test_needs_credentials(self, nobody, field, value):
        assert_refuses_fields(nobody.post(SERVICE_TOKEN, credentials(**{field: value})), field)


class TestKeys:
    def test_verify_what_the_service_signs(self, nobody):
        token = nobody.post(SERVICE_TOKEN, credentials()).json()["access_token"]

        published = jwt.PyJWKSet.from_dict(nobody.get(KEYS).json())
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, published[header["kid"]], algorithms=["EdDSA"], audience="shop")

        assert header["alg"] == "EdDSA"
        assert set(claims) == {"iss", "aud", "sub", "jti", "iat", "exp", "typ", "roles", "scope"}
        assert (claims["iss"], claims["sub"], claims["typ"]) == ("user_service", "order_service", "access")
        assert (claims["roles"], claims["scope"]) == (["service"], "users:read")

    @pytest.mark.security
    def test_are_public_ones_only(self, nobody):
        [key] = nobody.get(KEYS).json()["keys"]

        assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}

    def test_may_be_kept_a_while(self, nobody):
        assert nobody.get(KEYS)["Cache-Control"] == "public, max-age=300"
