import inspect

import pytest

from user_service import exceptions
from user_service.api.problems import FIELD_ERRORS, PROBLEMS, exception_handler

EXCEPTIONS = {
    each
    for _, each in inspect.getmembers(exceptions, inspect.isclass)
    if issubclass(each, Exception) and each.__module__ == exceptions.__name__
}


class TestProblems:
    def test_every_exception_has_an_answer(self):
        assert set(PROBLEMS) | set(FIELD_ERRORS) == EXCEPTIONS

    def test_no_exception_has_two_answers(self):
        assert not set(PROBLEMS) & set(FIELD_ERRORS)

    def test_every_code_is_used_once(self):
        assert len({problem.code for problem in PROBLEMS.values()}) == len(PROBLEMS)

    def test_every_exception_has_a_docstring(self):
        assert [each for each in EXCEPTIONS if not each.__doc__] == []

    def test_an_unknown_user_is_404(self):
        answer = exception_handler(exceptions.UserNotFoundError(7), {})

        assert answer.status_code == 404
        assert answer.data["code"] == "USER_NOT_FOUND"
        assert "7" in answer.data["detail"]

    @pytest.mark.parametrize("exception", [exceptions.InvalidCredentials(), exceptions.RefreshTokenReused()])
    def test_a_401_says_how_to_authenticate(self, exception):
        answer = exception_handler(exception, {})

        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="shop"')

    def test_a_taken_name_is_an_error_of_its_field(self):
        answer = exception_handler(exceptions.UsernameTaken(), {})

        assert (answer.status_code, set(answer.data)) == (400, {"username"})

    def test_other_exceptions_are_not_handled(self):
        assert exception_handler(KeyError("?"), {}) is None
