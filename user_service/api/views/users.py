"""Accounts over HTTP."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from servicekit.api.schema import problem_responses
from servicekit.auth.callers import caller
from user_service.api.filters import UserFilter
from user_service.api.permissions import MayChange, MayList, MayRead
from user_service.api.serializers.users import (
    ListedUserSerializer,
    NewUserSerializer,
    UserChangesSerializer,
    UserSerializer,
)
from user_service.api.throttles import PasswordByAccountThrottle, PasswordByAddressThrottle, RegisterThrottle
from user_service.exceptions import StaffOnly
from user_service.services import UserService

STAFF_ONLY = frozenset({"username", "is_active"})


class UserListViews(GenericViewSet[User]):
    """Anyone may register; a caller with a token may list accounts."""

    permission_classes = (MayList,)
    queryset = User.objects.select_related("profile").order_by("pk")
    serializer_class = ListedUserSerializer
    filterset_class = UserFilter

    def get_authenticators(self) -> list[BaseAuthentication]:
        # Registration ignores a token that is sent. (`request` is None while the schema is made.)
        return [] if getattr(self.request, "method", "") == "POST" else super().get_authenticators()

    def get_permissions(self) -> Sequence[Any]:
        return [AllowAny()] if self.request.method == "POST" else super().get_permissions()

    def get_throttles(self) -> list[BaseThrottle]:
        return [RegisterThrottle()] if self.request.method == "POST" else super().get_throttles()

    @extend_schema(
        operation_id="users_list",
        responses={200: ListedUserSerializer(many=True), **problem_responses(400, 401, 403, 404)},
    )
    def list(self, _: Request) -> Response:
        """List accounts, in the order of ids. Customers get no e-mail address, birth date or phone number."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="users_register",
        request=NewUserSerializer,
        responses={201: UserSerializer, **problem_responses(400, 413, 415, 429)},
        auth=[],
    )
    def create(self, request: Request) -> Response:
        """Create an account."""
        body = NewUserSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = UserService().create_user_with_profile(body.validated_data)
        return Response(UserSerializer(user).data, status=201)


class UserViews(GenericViewSet[User]):
    """One account: its owner and staff may read and change it, services may read it."""

    queryset = User.objects.all()
    serializer_class = UserSerializer
    throttle_classes = (PasswordByAddressThrottle, PasswordByAccountThrottle)

    def get_permissions(self) -> Sequence[Any]:
        return [MayChange() if self.request.method in {"PATCH", "DELETE"} else MayRead()]

    @extend_schema(operation_id="users_read", responses={200: UserSerializer, **problem_responses(401, 403, 404)})
    def retrieve(self, _: Request, pk: int) -> Response:
        """Read one account; for its owner, staff and services."""
        return Response(UserSerializer(self._permitted(pk)).data)

    @extend_schema(
        operation_id="users_change",
        request=UserChangesSerializer(partial=True),
        responses={200: UserSerializer, **problem_responses(400, 401, 403, 404, 413, 415, 429)},
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change an account. A new password, deactivation, or a change of rights ends all sessions of the user."""
        user = self._permitted(pk)
        body = UserChangesSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = _allowed_changes(request, user, body.validated_data)
        return Response(UserSerializer(UserService().update_user_with_profile(pk, changes)).data)

    @extend_schema(operation_id="users_delete", responses={204: None, **problem_responses(401, 403, 404)})
    def destroy(self, _: Request, pk: int) -> Response:
        """Delete the account with all its data. Its user name and e-mail address can be registered again."""
        self._permitted(pk)
        UserService().delete_user(pk)
        return Response(status=204)

    def _permitted(self, pk: int) -> User:
        user = UserService().get_user_by_id(pk)
        self.check_object_permissions(self.request, user)
        return user


def _allowed_changes(request: Request, user: User, changes: dict[str, Any]) -> dict[str, Any]:
    """
    Give the changes that the caller may make.

    :raises StaffOnly: a customer changes a field that only staff may change. Sending the old value back is allowed.
    """
    if not caller(request).is_staff:
        for field in STAFF_ONLY & changes.keys():
            # Removed, because staff may be changing it now, and the old value must not overwrite that.
            if changes.pop(field) != getattr(user, field):
                raise StaffOnly(field)
    moves = changes.get("email", user.email).lower() != user.email.lower()
    if ("password" in changes or moves) and caller(request).owns(user.pk):
        # Required, because the token may be stolen.
        changes.setdefault("current_password", "")
    return changes
