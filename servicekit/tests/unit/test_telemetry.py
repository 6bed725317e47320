import io
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
    return telemetry.json_formatter("INFO")


def record(message, *arguments, level=logging.INFO, exc_info=None, **extra):
    made = logging.LogRecord("shop", level, __file__, 1, message, arguments, exc_info)
    made.__dict__.update(extra)
    return made


class TestRequestId:
    def test_is_nothing_outside_of_any_work(self):
        assert current_request_id() is None

    def test_is_bound_for_the_time_of_a_block(self):
        with bound_request_id("outer"):
            with bound_request_id("inner"):
                assert current_request_id() == "inner"
            assert current_request_id() == "outer"

    @pytest.mark.parametrize("good", ["a", "A.b_c-9", "x" * 128])
    def test_is_taken_when_it_is_well_formed(self, good):
        assert well_formed(good) == good

    @pytest.mark.security
    @pytest.mark.parametrize("bad", [None, "", "x" * 129, "a b", "a\nb", "ü", "a;b", '"', 7, "abc\n"])
    def test_is_made_when_it_is_not(self, bad):
        assert well_formed(bad) != bad
        assert telemetry.WELL_FORMED.fullmatch(well_formed(bad))


class TestRequestMiddleware:
    def answer(self, request, status=200):
        with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
            response = RequestMiddleware(lambda _: HttpResponse(status=status))(request)
        return response, lines

    def test_writes_one_line_a_request(self):
        response, [line] = self.answer(RequestFactory().get("/api/orders/7/", HTTP_X_REQUEST_ID="abc"), status=404)

        assert line.pop("seconds") < 1
        assert line == {
            "event": "request",
            "log_level": "info",
            "request_id": "abc",
            "method": "GET",
            "path": "/api/orders/7/",
            "status": 404,
            "caller": None,
        }
        assert response["X-Request-ID"] == "abc"

    @pytest.mark.security
    def test_does_not_write_the_query_nor_headers(self):
        request = RequestFactory().get("/?token=s3cret", HTTP_AUTHORIZATION="Bearer s3cret", HTTP_USER_AGENT="s3cret")

        _, lines = self.answer(request)

        assert "s3cret" not in str(lines)

    def test_replaces_a_malformed_id(self):
        response, _ = self.answer(RequestFactory().get("/", HTTP_X_REQUEST_ID="a b"))

        assert response["X-Request-ID"] != "a b"

    def test_names_the_caller(self):
        request = RequestFactory().get("/")
        request.user = type("Caller", (), {"name": "user:7"})()

        _, [line] = self.answer(request)

        assert line["caller"] == "user:7"

    def test_leaves_nothing_to_the_next_request_on_its_thread(self):
        structlog.contextvars.bind_contextvars(order_id=17)

        _, [line] = self.answer(RequestFactory().get("/"))

        assert "order_id" not in line
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

    def test_stay_one_line_whatever_is_in_them(self, formatter):
        assert "\n" not in formatter.format(record("one\ntwo", text="three\nfour"))

    def test_tell_an_exception_with_its_trace(self, formatter):
        line = formatter.format(record("failed", exc_info=(LookupError, LookupError("no such lamp"), None)))

        assert "no such lamp" in json.loads(line)["exception"]

    def test_take_what_json_does_not_know(self, formatter):
        assert json.loads(formatter.format(record("strange", thing={1, 2})))["thing"] == "{1, 2}"

    def test_of_structlog_go_to_the_same_place(self, formatter, capsys):
        logger = structlog.get_logger("shop")

        logger.info("took", order_id=17)
        logger.debug("not asked for")

        [line] = capsys.readouterr().out.splitlines()
        assert json.loads(line)["order_id"] == 17
        assert json.loads(line)["logger"] == "shop"

    def test_that_cannot_be_written_harm_nobody(self, formatter, monkeypatch):
        gone = io.StringIO()
        gone.close()
        monkeypatch.setattr("sys.stdout", gone)

        structlog.get_logger("shop").info("to nobody")

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
    def test_hide_what_is_named_like_a_secret(self, formatter, name):
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
    def test_hide_cards_and_tokens_wherever_they_are(self, formatter, text):
        line = formatter.format(record("paid with %s today", text, detail=f"<{text}>"))

        assert text not in line
        assert "today" in line

    @pytest.mark.parametrize(
        "text",
        ["order 17", "2026-03-02T12:00:00Z", "0.4111111111111111", "b1bede9f6d984be6a15d9814026fe5e5", "127.0.0.1"],
    )
    def test_leave_the_rest_alone(self, formatter, text):
        assert text in formatter.format(record(text))
