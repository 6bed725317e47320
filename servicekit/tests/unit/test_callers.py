from types import SimpleNamespace

import pytest

from servicekit.auth.callers import AnonymousCaller, caller, signed_in, user_id

CUSTOMER = SimpleNamespace(pk=7, is_staff=False, is_authenticated=True)
STAFF = SimpleNamespace(pk=1, is_staff=True, is_authenticated=True)
ANONYMOUS = SimpleNamespace(pk=None, is_staff=False, is_authenticated=False)


def request_of(user):
    return SimpleNamespace(user=user)


class TestADjangoUser:
    """Tests set one with `force_authenticate`."""

    def test_is_a_customer(self):
        principal = signed_in(request_of(CUSTOMER))

        assert (principal.id, principal.name, principal.roles) == (7, "user:7", {"customer"})
        assert principal.owns(7)
        assert not principal.owns(1)
        assert (principal.is_staff, principal.is_service, principal.scopes) == (False, False, frozenset())

    def test_is_staff_when_the_flag_is_set(self):
        assert signed_in(request_of(STAFF)).is_staff

    def test_has_an_id(self):
        assert user_id(request_of(CUSTOMER)) == 7

    def test_is_nobody_when_anonymous(self):
        assert isinstance(caller(request_of(ANONYMOUS)), AnonymousCaller)


@pytest.mark.parametrize("user", [AnonymousCaller(), signed_in(request_of(CUSTOMER))])
def test_a_caller_of_our_own_is_given_as_it_is(user):
    assert caller(request_of(user)) is user
