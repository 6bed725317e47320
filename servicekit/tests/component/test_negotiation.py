import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "accepted", ["*/*", "application/json", "application/json, text/plain, */*", "text/html, */*;q=0.1"]
)
def test_who_accepts_json_in_whatever_words_gets_it(nobody, accepted):
    answer = nobody.get("/anyone/", HTTP_ACCEPT=accepted)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("accepted", ["text/html", "application/xml", "image/png, text/*"])
def test_who_accepts_something_else_only_is_told_so(nobody, accepted):
    answer = nobody.get("/anyone/", HTTP_ACCEPT=accepted)

    assert (answer.status_code, answer.json()["code"]) == (406, "NOT_ACCEPTABLE")


def test_the_address_does_not_choose_the_form(nobody):
    assert nobody.get("/anyone/?format=xml").status_code == 200
