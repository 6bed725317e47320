"""Use cases that change something."""

from user_service.services.sessions import SessionService
from user_service.services.tokens import Tokens
from user_service.services.users import NOTIFY_PROFILE_UPDATE, UserService

__all__ = ["NOTIFY_PROFILE_UPDATE", "SessionService", "Tokens", "UserService"]
