"""Permissions."""

from typing import Any

from django.contrib.auth.models import User
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from servicekit.auth.authentication import HasScope, IsUserToken
from servicekit.auth.callers import caller


class IsOwnAccountOrStaff(BasePermission):
    def has_object_permission(self, request: Request, view: Any, obj: User) -> bool:  # noqa: ARG002
        return caller(request).is_staff or caller(request).owns(obj.pk)


MayReadUsers = HasScope.of("users:read")
MayList = IsUserToken | MayReadUsers
MayRead = (IsUserToken & IsOwnAccountOrStaff) | MayReadUsers
MayChange = IsUserToken & IsOwnAccountOrStaff
