"""The table of HTTP answers is complete."""

import inspect

from notification_service import exceptions
from notification_service.api.problems import PROBLEMS

# What happens to a delivery is written to its row; nobody waits for an answer.
NEVER_OVER_HTTP = {exceptions.CannotDeliver, exceptions.InOtherHands, exceptions.MailServerBusy}


def reasons():
    return {
        kind
        for _, kind in inspect.getmembers(exceptions, inspect.isclass)
        if kind.__module__ == exceptions.__name__ and issubclass(kind, Exception)
    }


class TestProblems:
    def test_every_reason_has_its_answer(self):
        silent = {kind for kind in reasons() if NEVER_OVER_HTTP & set(kind.__mro__)}

        assert reasons() - silent == {kind for kind in PROBLEMS if kind.__module__ == exceptions.__name__}

    def test_no_reason_has_two(self):
        codes = [problem.code for kind, problem in PROBLEMS.items() if kind in reasons()]

        assert len(codes) == len(set(codes)) > 0

    def test_every_reason_speaks_to_the_person_who_meets_it(self):
        assert [kind for kind in reasons() if not (kind.__doc__ or "").strip()] == []
