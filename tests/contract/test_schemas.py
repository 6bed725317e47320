"""The two tools that compare schemas find breaking changes, and no others."""

import copy

import pytest

from tests.support.contracts import schemas
from tests.support.contracts.pacts import ContractError, Pact

pytestmark = pytest.mark.timeout(60)  # a new machine installs the tools first

USER = {
    "type": "object",
    "required": ["id", "name", "kind", "since"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "kind": {"type": "string", "enum": ["customer", "staff"]},
        "since": {"type": "string", "format": "date-time"},
    },
}
# As drf-spectacular writes it: what is asked and what is answered are components.
SCHEMA = {
    "openapi": "3.0.3",
    "info": {"title": "users", "version": "1"},
    "paths": {
        "/users/": {
            "get": {
                "parameters": [{"in": "query", "name": "page", "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "description": "",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}},
                    },
                    "404": {"description": ""},
                },
            },
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewUser"}}}},
                "responses": {"201": {"description": ""}},
            },
        }
    },
    "components": {"schemas": {"User": USER, "NewUser": copy.deepcopy(USER)}},
}


def with_change(change):
    schema = copy.deepcopy(SCHEMA)
    change(schema)
    return schema


def users(schema):
    return schema["paths"]["/users/"]


def answer(schema):
    return schema["components"]["schemas"]["User"]


def request(schema):
    return schema["components"]["schemas"]["NewUser"]


def has_a_password(user):
    user["properties"]["password"] = {"type": "string"}
    user["required"].append("password")


BREAKING = {
    "a field is removed": lambda schema: answer(schema)["properties"].pop("name"),
    "a type is changed": lambda schema: answer(schema)["properties"]["id"].update(type="string"),
    "a format is changed": lambda schema: answer(schema)["properties"]["since"].update(format="date"),
    "a field may be null": lambda schema: answer(schema)["properties"]["name"].update(nullable=True),
    "a field may be missing": lambda schema: answer(schema)["required"].remove("name"),
    "an answer has one more value": lambda schema: answer(schema)["properties"]["kind"]["enum"].append("robot"),
    "a request has one value less": lambda schema: request(schema)["properties"]["kind"]["enum"].remove("staff"),
    "a request has one more required field": lambda schema: has_a_password(request(schema)),
    "a status is removed": lambda schema: users(schema)["get"]["responses"].pop("404"),
    "a method is removed": lambda schema: users(schema).pop("post"),
    "a parameter is required": lambda schema: users(schema)["get"]["parameters"][0].update(required=True),
    "a parameter is removed": lambda schema: users(schema)["get"]["parameters"].clear(),
}
HARMLESS = {
    "nothing": dict,
    "one more field": lambda schema: has_a_password(answer(schema)),
    "a request has one more optional field": lambda schema: request(schema)["properties"].update(
        nickname={"type": "string"}
    ),
    "a request has one more value": lambda schema: request(schema)["properties"]["kind"]["enum"].append("robot"),
    "another parameter": lambda schema: users(schema)["get"]["parameters"].append(
        {"in": "query", "name": "q", "schema": {"type": "string"}}
    ),
    "another method": lambda schema: users(schema).update(delete={"responses": {"204": {"description": ""}}}),
}


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """What is found for each change; in one call, because each start of the tool takes half a second."""
    changes = BREAKING | HARMLESS
    pairs = [(SCHEMA, with_change(change)) for change in changes.values()]
    return dict(zip(changes, schemas.all_breaking_changes(pairs), strict=True))


class TestBreakingChanges:
    @pytest.mark.parametrize("change", BREAKING)
    def test_a_breaking_change_is_found(self, found, change):
        assert found[change]

    @pytest.mark.parametrize("change", HARMLESS)
    def test_a_harmless_change_is_not_found(self, found, change):
        assert found[change] == []

    def test_the_sentence_names_the_place(self, found):
        assert found["a method is removed"] == ["/users/ post: no longer there"]
        assert found["a field may be null"] == ["components schemas User name nullable: now there is true"]

    def test_the_same_schema_has_no_changes(self):
        assert schemas.breaking_changes(SCHEMA, SCHEMA) == []


class TestMisfits:
    @pytest.fixture
    def a_pact(self, tmp_path):
        """A pact that requests the page of users, and expects an answer with this content."""

        def write(**content):
            interaction = {
                "description": "read a user",
                "request": {"method": "GET", "path": "/users/"},
                "response": {"status": 200, "body": {"content": content, "contentType": "application/json"}},
                "type": "Synchronous/HTTP",
            }
            path = tmp_path / "shop-users.json"
            path.write_text(Pact("shop", "users", (interaction,)).text())
            return [path]

        return write

    def test_a_pact_that_fits_has_none(self, a_pact):
        assert schemas.misfits(SCHEMA, a_pact(id=7, name="Ada")) == []

    def test_a_field_of_another_type_is_found(self, a_pact):
        [misfit] = schemas.misfits(SCHEMA, a_pact(id="seven"))

        assert misfit.startswith("read a user: ")
        assert "must be integer" in misfit


class TestRead:
    @pytest.mark.parametrize("text", ["", "[]", "openapi: 3.0.3", "paths: {}"])
    def test_a_file_without_a_schema_is_an_error(self, tmp_path, text):
        """The tools would find no difference in it."""
        (tmp_path / "openapi.yaml").write_text(text)

        with pytest.raises(ContractError, match=r"openapi\.yaml is no OpenAPI schema"):
            schemas.read(tmp_path / "openapi.yaml")

    def test_a_missing_file_is_an_error(self, tmp_path):
        with pytest.raises(ContractError):
            schemas.read(tmp_path / "openapi.yaml")


class TestPactsWith:
    def test_no_pact_is_an_error(self, tmp_path):
        with pytest.raises(ContractError, match="'cuonter'"):
            schemas.pacts_with("cuonter", tmp_path)
