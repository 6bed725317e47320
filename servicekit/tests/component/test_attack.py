"""Calling a service with generated input finds answers that are not in its schema."""

import json

import pytest
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup

from servicekit.testing.attack import MODES, attack

NUMBER = {"type": "integer", "minimum": 1}
ECHO = {"type": "object", "properties": {"number": NUMBER}, "required": ["number"], "additionalProperties": False}
SCHEMA = {
    "openapi": "3.0.3",
    "info": {"title": "Echo", "version": "1"},
    "paths": {
        "/health/": {"get": {"responses": {"200": {"description": "alive"}}}},
        "/echo/": {
            "post": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": ECHO}}},
                "responses": {"200": {"description": "said", "content": {"application/json": {"schema": ECHO}}}},
            }
        },
    },
}


class Echo:
    """A WSGI application that always gives the same answer, and records the requests."""

    def __init__(self, status="200 OK", content_type="application/json", body='{"number": 1}'):
        self.answer = status, content_type, body
        self.tokens = []
        self.bodies = []

    def __call__(self, environ, start_response):
        status, content_type, body = self.answer
        if environ["PATH_INFO"] == "/api/schema/":
            status, content_type, body = "200 OK", "application/json", json.dumps(SCHEMA)
        else:
            self.tokens.append(environ.get("HTTP_AUTHORIZATION"))
            self.bodies.append(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        start_response(status, [("Content-Type", content_type)])
        return [body.encode()]

    def attacked(self, mode=GenerationMode.POSITIVE, **how):
        return attack(self, mode=mode, examples=10, token_for=lambda label: f"for {label}", **how)


def is_promised(body):
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and list(said) == ["number"] and type(said["number"]) is int and said["number"] >= 1


class TestAttack:
    @pytest.mark.parametrize("mode", MODES)
    def test_calls_each_operation_with_input_and_counts_the_calls(self, mode):
        echo = Echo()

        calls = echo.attacked(mode)

        assert calls == {"POST /echo/": len(echo.tokens)}
        assert calls["POST /echo/"] >= 10
        assert set(echo.tokens) == {"Bearer for POST /echo/"}

    @pytest.mark.parametrize(("mode", "expected"), [(GenerationMode.POSITIVE, True), (GenerationMode.NEGATIVE, False)])
    def test_sends_valid_or_invalid_input(self, mode, expected):
        echo = Echo()

        echo.attacked(mode)

        assert {is_promised(body) for body in echo.bodies} == {expected}

    @pytest.mark.parametrize(
        ("broken", "reason"),
        [
            (Echo(status="500 Oh"), "Server error"),
            (Echo(status="418 Teapot"), "Undocumented status code"),
            (Echo(content_type="text/html"), "Undocumented Content-Type"),
            (Echo(body='{"number": 0}'), "Response violates schema"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_fails_at_an_answer_that_is_not_in_the_schema(self, broken, reason):
        with pytest.raises(FailureGroup) as failed:
            broken.attacked()

        assert reason in {each.title for each in failed.value.exceptions}

    def test_refuses_to_leave_out_an_unknown_operation(self):
        with pytest.raises(KeyError, match="GET /helth/"):
            Echo().attacked(but=["GET /helth/"])
