"""The differences between two sets of pacts are described in sentences."""

import copy
from typing import Any

import pytest

from tests.support.contracts.pacts import Pact
from tests.support.contracts.wording import differences

READ: dict[str, Any] = {
    "description": "read a user",
    "providerStates": [{"name": "a user", "params": {"id": 7}}],
    "request": {
        "method": "GET",
        "path": "/api/users/7/",
        "headers": {"Authorization": ["Bearer x"]},
        "matchingRules": {"header": {"Authorization": {"matchers": [{"match": "regex", "regex": "^Bearer .+$"}]}}},
    },
    "response": {
        "status": 200,
        "body": {"content": {"id": 7, "name": "Ada", "pages": [{"number": 1}]}},
        "matchingRules": {
            "body": {
                "$.name": {"matchers": [{"match": "type"}]},
                "$.pages": {"matchers": [{"match": "type", "min": 1}]},
                "$.pages[*].number": {"matchers": [{"match": "integer"}]},
            }
        },
    },
    "type": "Synchronous/HTTP",
}
DELETED: dict[str, Any] = {
    "description": "a user was deleted",
    "metadata": {"task": "user.deleted"},
    "contents": {"content": [[{"data": {"user_id": 7}}], {}, {}]},
    "matchingRules": {"body": {"$[0][0].data.user_id": {"matchers": [{"match": "integer"}]}}},
    "type": "Asynchronous/Messages",
}


# The end of each sentence.
READING, DELETING = "in 'read a user' of users", "in 'a user was deleted' of users"


def pact_of(*interactions: dict[str, object]) -> Pact:
    return Pact("shop", "users", interactions)


def changed(interaction, change):
    new = copy.deepcopy(interaction)
    change(new)
    return new


class TestDifferences:
    def test_another_order_is_no_difference(self):
        assert differences([pact_of(READ, DELETED)], [pact_of(DELETED, READ)]) == []

    def test_a_new_interaction_is_named(self):
        assert differences([pact_of(READ)], [pact_of(READ, DELETED)]) == [
            "shop now relies on 'a user was deleted' of users"
        ]

    def test_a_removed_interaction_is_named(self):
        assert differences([pact_of(READ)], [pact_of()]) == ["shop no longer relies on 'read a user' of users"]

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (
                lambda new: new["response"]["body"]["content"].update(is_active=True),
                "shop now needs the answer's field `is_active` (exactly true)",
            ),
            (
                lambda new: new["response"]["body"]["content"].pop("name"),
                "shop no longer needs the answer's field `name`",
            ),
            (
                lambda new: new["response"]["matchingRules"]["body"].pop("$.name"),
                'shop now needs the answer\'s field `name` to be exactly "Ada", not text,',
            ),
            (
                lambda new: new["response"]["matchingRules"]["body"]["$.pages[*].number"].update(
                    matchers=[{"match": "decimal"}]
                ),
                "shop now needs the answer's field `pages[].number` to be decimal, not integer,",
            ),
            (
                lambda new: new["response"].update(status=203),
                "shop now needs the answer's status to be 203, not 200,",
            ),
            (
                lambda new: new["request"].update(path="/users/7/"),
                "shop now needs the request to be GET /users/7/, not GET /api/users/7/,",
            ),
            (
                lambda new: new["request"]["headers"].pop("Authorization"),
                "shop no longer needs the request's header `Authorization`",
            ),
            (
                lambda new: new["providerStates"][0]["params"].update(id=8),
                "shop now needs the state 'a user' to be {'id': 8}, not {'id': 7},",
            ),
        ],
    )
    def test_a_change_of_a_request_is_named(self, change, sentence):
        assert differences([pact_of(READ)], [pact_of(changed(READ, change))]) == [f"{sentence} {READING}"]

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (
                lambda new: new["metadata"].update(request_id="a-request"),
                'shop now needs the header `request_id` (exactly "a-request")',
            ),
            (
                lambda new: new["matchingRules"]["body"].clear(),
                "shop now needs the field `data.user_id` to be exactly 7, not integer,",
            ),
        ],
    )
    def test_a_change_of_a_message_is_named(self, change, sentence):
        assert differences([pact_of(DELETED)], [pact_of(changed(DELETED, change))]) == [f"{sentence} {DELETING}"]
