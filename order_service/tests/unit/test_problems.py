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
    def test_every_refusal_has_an_answer(self):
        assert set(PROBLEMS) == set(REASONS)

    def test_no_two_answers_have_the_same_code(self):
        assert len({problem.code for problem in PROBLEMS.values()}) == len(PROBLEMS)

    @pytest.mark.parametrize("problem", PROBLEMS.values(), ids=lambda problem: problem.code)
    def test_every_answer_is_a_client_error(self, problem):
        assert 400 <= problem.status < 500
        assert problem.error.endswith(".")

    @pytest.mark.parametrize("reason", REASONS)
    def test_every_refusal_has_a_docstring_of_sentences(self, reason):
        assert reason.__doc__.rstrip().endswith(".")

    def test_the_detail_is_the_text_of_the_exception(self):
        response = exception_handler(OutOfStock(5, wanted=3, left=1), {})

        assert response.status_code == 409
        assert response.data == {
            "error": "There are not enough pieces left.",
            "code": "OUT_OF_STOCK",
            "detail": "product 5 has 1 pieces left, not 3",
        }

    def test_a_temporary_refusal_has_retry_after(self):
        assert exception_handler(PaymentInProgress(5), {})["Retry-After"] == "5"
