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
    def test_a_service_can_read_users_with_it(self, nobody, alice):
        answer = nobody.post(SERVICE_TOKEN, credentials())

        assert answer.status_code == 200
        assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 300)
        assert set(answer.json()) == {"access_token", "token_type", "expires_in"}
        assert ApiClient.as_(answer.json()["access_token"]).get(f"/api/users/{alice.pk}/").status_code == 200

    @pytest.mark.security
    @pytest.mark.parametrize("field", ["client_id", "client_secret"])
    def test_wrong_credentials_are_401(self, nobody, field):
        assert_problem(nobody.post(SERVICE_TOKEN, credentials(**{field: "wrong"})), 401, "INVALID_CLIENT")

    @pytest.mark.parametrize("value", [None, "", ["x"], {"x": 1}, "x" * 257])
    @pytest.mark.parametrize("field", ["client_id", "client_secret"])
    def test_malformed_credentials_are_400(self, nobody, field, value):
        assert_refuses_fields(nobody.post(SERVICE_TOKEN, credentials(**{field: value})), field)


class TestKeys:
    def test_verify_the_tokens_of_the_service(self, nobody):
        token = nobody.post(SERVICE_TOKEN, credentials()).json()["access_token"]

        published = jwt.PyJWKSet.from_dict(nobody.get(KEYS).json())
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, published[header["kid"]], algorithms=["EdDSA"], audience="shop")

        assert header["alg"] == "EdDSA"
        assert set(claims) == {"iss", "aud", "sub", "jti", "iat", "exp", "typ", "roles", "scope"}
        assert (claims["iss"], claims["sub"], claims["typ"]) == ("user_service", "order_service", "access")
        assert (claims["roles"], claims["scope"]) == (["service"], "users:read")

    @pytest.mark.security
    def test_have_no_private_part(self, nobody):
        [key] = nobody.get(KEYS).json()["keys"]

        assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}

    def test_may_be_cached_for_five_minutes(self, nobody):
        assert nobody.get(KEYS)["Cache-Control"] == "public, max-age=300"
