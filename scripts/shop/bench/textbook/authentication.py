"""Bearer tokens, verified by PyJWT with the keys that user_service publishes."""

import jwt
from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

jwks_client = jwt.PyJWKClient(f"{settings.USER_SERVICE_URL}/.well-known/jwks.json")


class TokenUser:
    is_authenticated = True

    def __init__(self, user_id: int):
        self.pk = user_id


class JWTAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[TokenUser, str] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return None
        try:
            key = jwks_client.get_signing_key_from_jwt(token)
            claims = jwt.decode(token, key, algorithms=["EdDSA"], audience="shop", issuer="user_service")
        except jwt.PyJWTError as error:
            raise AuthenticationFailed("Invalid token.") from error
        return TokenUser(int(claims["sub"])), token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the framework's signature
        return "Bearer"
