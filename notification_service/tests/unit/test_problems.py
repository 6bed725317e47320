"""The table of HTTP answers is complete."""

import inspect

from notification_service import exceptions
from notification_service.api.problems import PROBLEMS

# These are the results of deliveries: they are written to the row, and no HTTP caller waits for them.
NEVER_OVER_HTTP = {
    exceptions.AddressNotVerified,
    exceptions.CannotDeliver,
    exceptions.ClaimedByAnotherWorker,
    exceptions.MailServerUnavailable,
    exceptions.TooManyMails,
}


def own_exceptions():
    return {
        kind
        for _, kind in inspect.getmembers(exceptions, inspect.isclass)
        if kind.__module__ == exceptions.__name__ and issubclass(kind, Exception)
    }


class TestProblems:
    def test_every_exception_has_an_answer(self):
        internal = {kind for kind in own_exceptions() if NEVER_OVER_HTTP & set(kind.__mro__)}

        assert own_exceptions() - internal == {kind for kind in PROBLEMS if kind.__module__ == exceptions.__name__}

    def test_every_answer_has_its_own_code(self):
        codes = [problem.code for kind, problem in PROBLEMS.items() if kind in own_exceptions()]

        assert len(codes) == len(set(codes)) > 0

    def test_every_exception_has_a_docstring(self):
        assert [kind for kind in own_exceptions() if not (kind.__doc__ or "").strip()] == []
