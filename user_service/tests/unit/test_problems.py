import inspect

import pytest

from user_service import exceptions
from user_service.api.problems import FIELD_ERRORS, PROBLEMS, exception_handler

REASONS = {
    each
    for _, each in inspect.getmembers(exceptions, inspect.isclass)
    if issubclass(each, Exception) and each.__module__ == exceptions.__name__
}


class TestProblems:
    def test_every_reason_to_say_no_has_its_answer(self):
        assert set(PROBLEMS) | set(FIELD_ERRORS) == REASONS

    def test_no_reason_has_two(self):
        assert not set(PROBLEMS) & set(FIELD_ERRORS)

    def test_no_two_share_a_code(self):
        assert len({problem.code for problem in PROBLEMS.values()}) == len(PROBLEMS)

    def test_every_reason_speaks_to_who_meets_it(self):
        assert all(reason.__doc__ for reason in REASONS)

    def test_an_unknown_user_is_404(self):
        answer = exception_handler(exceptions.UserNotFoundError(7), {})

        assert answer.status_code == 404
        assert answer.data["code"] == "USER_NOT_FOUND"
        assert "7" in answer.data["detail"]

    @pytest.mark.parametrize("reason", [exceptions.InvalidCredentials(), exceptions.RefreshTokenReused()])
    def test_who_is_not_let_in_learns_how(self, reason):
        answer = exception_handler(reason, {})

        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="shop"')

    def test_a_taken_name_is_an_error_of_its_field(self):
        answer = exception_handler(exceptions.UsernameTaken(), {})

        assert (answer.status_code, set(answer.data)) == (400, {"username"})

    def test_what_nobody_foresaw_is_not_hidden(self):
        assert exception_handler(KeyError("?"), {}) is None
