"""Filters of the list of users."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from servicekit.auth.callers import caller


class UserFilter(filters.FilterSet):
    """`?username__startswith=` and `?search=` in names; staff and services also search in e-mail addresses."""

    username__startswith = filters.CharFilter(field_name="username", lookup_expr="istartswith", max_length=150)
    search = filters.CharFilter(method="matching", max_length=150, help_text="Part of a user name or name.")

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def matching(self, users: QuerySet[User], _name: str, text: str) -> QuerySet[User]:
        wanted = Q(username__icontains=text) | Q(first_name__icontains=text) | Q(last_name__icontains=text)
        if caller(self.request).is_staff or caller(self.request).is_service:
            wanted |= Q(email__icontains=text)
        return users.filter(wanted)
