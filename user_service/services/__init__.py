"""Use cases that change something."""

from user_service.services.account_mails import SEND_ACCOUNT_MAIL, AccountMailService
from user_service.services.addresses import AddressService
from user_service.services.announcements import NOTIFY_PROFILE_UPDATE
from user_service.services.password_resets import PasswordResetService
from user_service.services.sessions import SessionService
from user_service.services.staff import StaffService
from user_service.services.tokens import Tokens
from user_service.services.users import UserService

__all__ = [
    "NOTIFY_PROFILE_UPDATE",
    "SEND_ACCOUNT_MAIL",
    "AccountMailService",
    "AddressService",
    "PasswordResetService",
    "SessionService",
    "StaffService",
    "Tokens",
    "UserService",
]
