"""The routes of user_service."""

from django.urls import path

from servicekit.api.urls import operational_urls
from user_service.api.views.mails import (
    PasswordResetConfirmView,
    PasswordResetView,
    VerificationMailView,
    VerifyEmailView,
)
from user_service.api.views.pages import ResetPasswordPage, VerifyEmailPage
from user_service.api.views.tokens import KeysView, LoginView, LogoutView, RefreshView, ServiceTokenView
from user_service.api.views.users import UserListViews, UserViews

urlpatterns = [
    path("api/users/", UserListViews.as_view({"get": "list", "post": "create"}), name="user-list"),
    path(
        "api/users/<id:pk>/",
        UserViews.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="user-detail",
    ),
    path("api/users/<id:pk>/verification-mail/", VerificationMailView.as_view(), name="user-verification-mail"),
    path("api/auth/verify-email/", VerifyEmailView.as_view(), name="auth-verify-email"),
    path("api/auth/password-reset/", PasswordResetView.as_view(), name="auth-password-reset"),
    path("api/auth/password-reset/confirm/", PasswordResetConfirmView.as_view(), name="auth-password-reset-confirm"),
    path("verify-email/", VerifyEmailPage.as_view(), name="verify-email-page"),
    path("reset-password/", ResetPasswordPage.as_view(), name="reset-password-page"),
    path("api/auth/login/", LoginView.as_view(), name="auth-login"),
    path("api/auth/refresh/", RefreshView.as_view(), name="auth-refresh"),
    path("api/auth/logout/", LogoutView.as_view(), name="auth-logout"),
    path("api/auth/service-token/", ServiceTokenView.as_view(), name="auth-service-token"),
    path(".well-known/jwks.json", KeysView.as_view(), name="published-keys"),
    *operational_urls(),
]

handler400 = "servicekit.api.problems.bad_request"
handler403 = "servicekit.api.problems.permission_denied"
handler404 = "servicekit.api.problems.not_found"
handler500 = "servicekit.api.problems.server_error"
