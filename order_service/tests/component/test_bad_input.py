"""Every malformed request gets a 4xx answer with our error format, and changes nothing."""

import pytest

from order_service.models import Order, OutboxMessage
from order_service.tests.component.bodies import PROBLEM, an_order, assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.security]

BODIES = {
    "no JSON": b"user_id=7",
    "half of it": b'{"user_id": 7, "items": [',
    "a list": b"[7]",
    "a text": b'"seven"',
    "null": b"null",
    "not UTF-8": b'{"user_id": "\xff\xfe"}',
    "UTF-16": '{"user_id": 7}'.encode("utf-16"),
    "a null byte": b'{"user_id": "nul\\u0000", "name": "nul\\u0000"}',
    "half a surrogate pair": b'{"user_id": "\\ud800"}',
    "nested deeply": b'{"user_id": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "a number without end": b'{"user_id": ' + b"9" * 5_000 + b"}",
    "NaN": b'{"user_id": NaN}',
    "infinity": b'{"user_id": 1e999, "stock_quantity": 1e999}',
    "beyond 64 bits": b'{"user_id": 9223372036854775808, "stock_quantity": 9223372036854775808}',
}
TAKE_A_BODY = [
    ("alice", "post", "/api/orders/"),
    ("alice", "post", "/api/payments/"),
    ("staff", "post", "/api/products/"),
    ("staff", "patch", "/api/products/1/"),
    ("service", "post", "/api/user-updated/"),
]


@pytest.fixture(autouse=True)
def changes_nothing(lamp):
    yield
    assert not Order.objects.exists()
    assert not OutboxMessage.objects.exists()


class TestBody:
    @pytest.mark.parametrize(("who", "method", "route"), TAKE_A_BODY)
    @pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
    def test_that_is_malformed_is_400(self, request, who, method, route, body):
        client = request.getfixturevalue(who)

        answer = getattr(client, method)(route, body, content_type="application/json")

        assert answer.status_code == 400
        assert answer["Content-Type"].startswith("application/json")

    @pytest.mark.parametrize(("who", "route"), [(who, route) for who, method, route in TAKE_A_BODY if method == "post"])
    def test_that_is_missing_is_400(self, request, who, route):
        answer = request.getfixturevalue(who).post(route, b"", content_type="application/json")

        assert answer.status_code == 400
        assert {"This field is required."} == {message for messages in answer.json().values() for message in messages}

    @pytest.mark.parametrize(("who", "method", "route"), TAKE_A_BODY)
    def test_that_is_too_large_is_413(self, request, who, method, route):
        body = b'{"user_id": "' + b"x" * 70_000 + b'"}'

        answer = getattr(request.getfixturevalue(who), method)(route, body, content_type="application/json")

        assert answer.status_code == 413
        assert set(answer.json()) == PROBLEM

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "?"])
    def test_of_another_media_type_is_415(self, alice, kind):
        answer = alice.post("/api/orders/", b"user_id=7", content_type=kind)

        assert_problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")

    def test_an_answer_in_xml_is_406(self, alice, lamp):
        answer = alice.get("/api/orders/", HTTP_ACCEPT="application/xml")

        assert_problem(answer, 406, "NOT_ACCEPTABLE")


class TestPath:
    @pytest.mark.parametrize(
        "product_id",
        ["0", "-1", "01", "1.0", "one", "9223372036854775808", "9" * 400, "%00", "%ff", "\u0661", "1%0d%0aX: y"],
    )
    def test_with_an_invalid_product_id_is_404(self, nobody, product_id):
        assert_problem(nobody.get(f"/api/products/{product_id}/"), 404, "NOT_FOUND")

    @pytest.mark.parametrize("order_id", ["0", "-1", "one", "9223372036854775808", "%00", "1/1"])
    def test_with_an_invalid_order_id_is_404(self, staff, order_id):
        assert_problem(staff.get(f"/api/orders/{order_id}/"), 404, "NOT_FOUND")
        assert_problem(staff.post(f"/api/orders/{order_id}/cancel/"), 404, "NOT_FOUND")
        assert_problem(staff.post(f"/api/orders/{order_id}/ship/"), 404, "NOT_FOUND")

    def test_with_the_largest_id_is_a_valid_path(self, alice):
        assert_problem(alice.get(f"/api/orders/{2**63 - 1}/"), 404, "ORDER_NOT_FOUND")

    def test_without_a_route_is_404(self, alice):
        assert_problem(alice.get("/api/nothing/"), 404, "NOT_FOUND")

    @pytest.mark.parametrize(
        ("method", "route"),
        [
            ("put", "/api/products/1/"),
            ("delete", "/api/orders/"),
            ("patch", "/api/orders/1/"),
            ("get", "/api/orders/1/cancel/"),
            ("get", "/api/orders/1/ship/"),
            ("get", "/api/payments/"),
            ("get", "/api/user-updated/"),
        ],
    )
    def test_with_another_method_is_405(self, staff, service, method, route):
        client = service if "user-updated" in route else staff

        assert_problem(getattr(client, method)(route), 405, "METHOD_NOT_ALLOWED")


class TestFields:
    def test_that_are_unknown_are_ignored(self, alice, nobody, lamp):
        answer = alice.post("/api/orders/", an_order((lamp, 1), status="confirmed", total="0.01", id=99))

        assert answer.status_code == 201
        assert (answer.json()["status"], answer.json()["total"]) == ("pending", "20.00")
        Order.objects.all().delete()
        OutboxMessage.objects.all().delete()

    @pytest.mark.parametrize("quantity", ["1_0", "\u0661", "1e1", "+1", "0x1", ""])
    def test_numbers_that_only_python_reads_are_400(self, alice, lamp, quantity):
        answer = alice.post("/api/orders/", an_order((lamp, quantity)))

        assert answer.status_code == 400
        assert answer.json() == {"items": {"0": {"quantity": ["A valid integer is required."]}}}

    @pytest.mark.parametrize("price", ["1_0.00", "\u0661.00", "1e1", "NaN"])
    def test_prices_that_only_python_reads_are_400(self, staff, price):
        answer = staff.post("/api/products/", {"name": "Lamp", "price": price})

        assert answer.status_code == 400
        assert set(answer.json()) == {"price"}
