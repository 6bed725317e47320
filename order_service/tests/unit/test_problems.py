import pytest

from order_service import exceptions
from order_service.api.problems import PROBLEMS, exception_handler
from order_service.exceptions import OutOfStock, PaymentInProgress, Refusal

REASONS = [
    kind
    for kind in vars(exceptions).values()
    if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
]


class TestProblems:
    def test_every_reason_to_say_no_has_an_answer(self):
        assert set(PROBLEMS) == set(REASONS)

    def test_every_answer_has_a_code_of_its_own(self):
        assert len({problem.code for problem in PROBLEMS.values()}) == len(PROBLEMS)

    @pytest.mark.parametrize("problem", PROBLEMS.values(), ids=lambda problem: problem.code)
    def test_the_caller_is_to_blame(self, problem):
        """A rule of the shop is never a fault of the service."""
        assert 400 <= problem.status < 500
        assert problem.error.endswith(".")

    @pytest.mark.parametrize("reason", REASONS)
    def test_every_reason_speaks_to_who_meets_it(self, reason):
        assert reason.__doc__.rstrip().endswith(".")

    def test_the_detail_is_what_exactly_went_wrong(self):
        response = exception_handler(OutOfStock(5, wanted=3, left=1), {})

        assert response.status_code == 409
        assert response.data == {
            "error": "There are not enough pieces left.",
            "code": "OUT_OF_STOCK",
            "detail": "product 5 has 1 pieces left, not 3",
        }

    def test_says_when_waiting_helps(self):
        assert exception_handler(PaymentInProgress(5), {})["Retry-After"] == "5"
