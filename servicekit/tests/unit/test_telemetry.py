import json
import logging

import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory

from servicekit.base import telemetry
from servicekit.base.telemetry import RequestMiddleware, bound_request_id, current_request_id, well_formed


@pytest.fixture
def formatter():
    return telemetry.json_formatter()


def record(message, *arguments, level=logging.INFO, exc_info=None, **extra):
    made = logging.LogRecord("shop", level, __file__, 1, message, arguments, exc_info)
    made.__dict__.update(extra)
    return made


class TestRequestId:
    def test_is_none_outside_a_request(self):
        assert current_request_id() is None

    def test_is_bound_while_the_block_lasts(self):
        with bound_request_id("outer"):
            with bound_request_id("inner"):
                assert current_request_id() == "inner"
            assert current_request_id() == "outer"

    @pytest.mark.parametrize("good", ["a", "A.b_c-9", "x" * 128])
    def test_is_kept_when_it_is_well_formed(self, good):
        assert well_formed(good) == good

    @pytest.mark.security
    @pytest.mark.parametrize("bad", [None, "", "x" * 129, "a b", "a\nb", "ü", "a;b", '"', 7, "abc\n"])
    def test_is_replaced_when_it_is_malformed(self, bad):
        assert well_formed(bad) != bad
        assert telemetry.WELL_FORMED.fullmatch(well_formed(bad))


class TestRequestMiddleware:
    @pytest.fixture
    def answer(self, caplog):
        """Answer a request; give the response and the fields of the lines that were logged."""

        def answer(request, status=200):
            with caplog.at_level(logging.INFO, "servicekit.requests"):
                response = RequestMiddleware(lambda _: HttpResponse(status=status))(request)
            return response, [vars(line) for line in caplog.records]

        return answer

    def test_logs_one_line_per_request(self, answer):
        response, [line] = answer(RequestFactory().get("/api/orders/7/", HTTP_X_REQUEST_ID="abc"), status=404)

        assert (line["msg"], line["levelname"]) == ("request", "INFO")
        assert (line["method"], line["path"], line["status"], line["caller"]) == ("GET", "/api/orders/7/", 404, None)
        assert line["seconds"] < 1
        assert response["X-Request-ID"] == "abc"

    @pytest.mark.security
    def test_logs_no_query_and_no_headers(self, answer):
        request = RequestFactory().get("/?token=s3cret", HTTP_AUTHORIZATION="Bearer s3cret", HTTP_USER_AGENT="s3cret")

        _, [line] = answer(request)

        assert "s3cret" not in str(line)

    def test_replaces_a_malformed_id(self, answer):
        response, _ = answer(RequestFactory().get("/", HTTP_X_REQUEST_ID="a b"))

        assert telemetry.WELL_FORMED.fullmatch(response["X-Request-ID"])

    def test_logs_the_caller(self, answer):
        request = RequestFactory().get("/")
        request.user = type("Caller", (), {"name": "user:7"})()

        _, [line] = answer(request)

        assert line["caller"] == "user:7"

    def test_binds_the_request_id_for_the_request_only(self):
        structlog.contextvars.bind_contextvars(request_id="of the request before")
        seen = []

        def view(_):
            seen.append(current_request_id())
            return HttpResponse()

        RequestMiddleware(view)(RequestFactory().get("/", HTTP_X_REQUEST_ID="abc"))

        assert seen == ["abc"]
        assert current_request_id() is None


class TestLines:
    def test_are_json_with_the_request_id(self, formatter):
        with bound_request_id("abc"):
            line = json.loads(formatter.format(record("took %s pieces", 3, order_id=17)))

        assert line.pop("timestamp")
        assert line == {
            "event": "took 3 pieces",
            "level": "info",
            "logger": "shop",
            "request_id": "abc",
            "order_id": 17,
        }

    def test_have_no_line_breaks(self, formatter):
        assert "\n" not in formatter.format(record("one\ntwo", text="three\nfour"))

    def test_contain_the_exception(self, formatter):
        line = formatter.format(record("failed", exc_info=(LookupError, LookupError("no such lamp"), None)))

        assert "no such lamp" in json.loads(line)["exception"]

    def test_contain_values_that_json_does_not_know_as_text(self, formatter):
        assert json.loads(formatter.format(record("strange", thing={1, 2})))["thing"] == "{1, 2}"

    @pytest.mark.security
    @pytest.mark.parametrize(
        "name",
        [
            "password",
            "new_password",
            "client_secret",
            "access_token",
            "token",
            "Authorization",
            "card_number",
            "cardnumber",
            "cvv",
            "Cookie",
            "body",
            "passwd",
        ],
    )
    def test_hide_values_with_the_name_of_a_secret(self, formatter, name):
        line = formatter.format(record("x", **{name: "s3cret", "nested": {name: "s3cret", "fine": 1}}))

        assert "s3cret" not in line
        assert json.loads(line)["nested"]["fine"] == 1

    @pytest.mark.security
    def test_hide_card_details_at_any_depth(self, formatter):
        payment = {"order_id": 17, "card_details": {"card_number": "no digits", "cvv": "737"}}

        line = formatter.format(record("x", payment=payment, payments=[{"each": payment}]))

        hidden = {"order_id": 17, "card_details": {"card_number": "[hidden]", "cvv": "[hidden]"}}
        assert json.loads(line)["payment"] == hidden
        assert json.loads(line)["payments"] == [{"each": hidden}]

    @pytest.mark.security
    @pytest.mark.parametrize(
        "text",
        [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "378282246310005",
            "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl",
        ],
    )
    def test_hide_card_numbers_and_tokens_in_any_text(self, formatter, text):
        line = formatter.format(record("paid with %s today", text, detail=f"<{text}>"))

        assert text not in line
        assert "today" in line

    @pytest.mark.parametrize(
        "text",
        ["order 17", "2026-03-02T12:00:00Z", "0.4111111111111111", "b1bede9f6d984be6a15d9814026fe5e5", "127.0.0.1"],
    )
    def test_do_not_hide_other_text(self, formatter, text):
        assert text in formatter.format(record(text))
