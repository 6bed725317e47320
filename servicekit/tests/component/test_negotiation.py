import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "accepted", ["*/*", "application/json", "application/json, text/plain, */*", "text/html, */*;q=0.1"]
)
def test_accept_headers_that_allow_json_get_json(nobody, accepted):
    answer = nobody.get("/anyone/", HTTP_ACCEPT=accepted)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("accepted", ["text/html", "application/xml", "image/png, text/*"])
def test_accept_headers_without_json_are_406(nobody, accepted):
    answer = nobody.get("/anyone/", HTTP_ACCEPT=accepted)

    assert (answer.status_code, answer.json()["code"]) == (406, "NOT_ACCEPTABLE")


def test_a_format_parameter_is_ignored(nobody):
    assert nobody.get("/anyone/?format=xml").status_code == 200
