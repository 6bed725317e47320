"""The differences between two sets of pacts, in sentences."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.support.contracts.pacts import Pact

Needs = dict[str, str]


def differences(before: Iterable[Pact], after: Iterable[Pact]) -> list[str]:
    """A sentence for each thing that a consumer needs now and did not need before, or no longer needs."""
    old, new = _by_interaction(before), _by_interaction(after)
    sentences = []
    for key in sorted(old.keys() | new.keys()):
        consumer, provider, description = key
        if key not in old:
            sentences.append(f"{consumer} now relies on '{description}' of {provider}")
        elif key not in new:
            sentences.append(f"{consumer} no longer relies on '{description}' of {provider}")
        elif old[key] != new[key]:
            changes = list(_changes(_needs(old[key]), _needs(new[key]))) or ["describes the same needs differently"]
            sentences += [f"{consumer} {change} in '{description}' of {provider}" for change in changes]
    return sentences


def _by_interaction(pacts: Iterable[Pact]) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {(pact.consumer, pact.provider, each["description"]): each for pact in pacts for each in pact.raw}


def _changes(old: Needs, new: Needs) -> Iterator[str]:
    for what in sorted(old.keys() | new.keys()):
        match old.get(what), new.get(what):
            case None, str(needed):
                yield f"now needs {what} ({needed})"
            case str(), None:
                yield f"no longer needs {what}"
            case str(earlier), str(needed) if earlier != needed:
                yield f"now needs {what} to be {needed}, not {earlier},"
            case _:
                pass


def _needs(interaction: Mapping[str, Any]) -> Needs:
    """What an interaction needs: the name of each value, and its kind."""
    needs = {
        f"the state '{state['name']}'": str(state.get("params", "as it is"))
        for state in interaction.get("providerStates", ())
    }
    if "contents" in interaction:
        rules = interaction.get("matchingRules", {})
        needs |= _headers("the header", interaction.get("metadata", {}), rules.get("metadata", {}))
        return needs | _fields("the field", interaction["contents"].get("content"), rules.get("body", {}))

    request, response = interaction["request"], interaction["response"]
    needs["the request"] = f"{request['method']} {request['path']}"
    needs["the answer's status"] = str(response["status"])
    for part, name in ((request, "the request's"), (response, "the answer's")):
        rules = part.get("matchingRules", {})
        needs |= _headers(f"{name} header", part.get("headers", {}), rules.get("header", {}))
        needs |= _headers(f"{name} parameter", part.get("query", {}), rules.get("query", {}))
        needs |= _fields(f"{name} field", part.get("body", {}).get("content"), rules.get("body", {}))
    return needs


def _headers(name: str, values: Mapping[str, Any], rules: Mapping[str, Any]) -> Needs:
    plain = {key: value[0] if isinstance(value, list) else value for key, value in values.items()}
    return {f"{name} `{key}`": _kind(value, rules.get(key)) for key, value in plain.items()}


def _fields(name: str, content: Any, rules: Mapping[str, Any]) -> Needs:
    return {f"{name} `{_short(path)}`": kind for path, kind in _values("$", content, rules, by_type=False)}


def _values(path: str, value: Any, rules: Mapping[str, Any], *, by_type: bool) -> Iterator[tuple[str, str]]:
    rule = rules.get(path)
    by_type = by_type or _matches_type(rule)
    match value:
        case dict() if value:
            for key, child in value.items():
                yield from _values(f"{path}.{key}", child, rules, by_type=by_type)
        case list() if value:
            star = any(each.startswith(f"{path}[*]") for each in rules)
            for index, child in enumerate(value):
                yield from _values(f"{path}[{'*' if star else index}]", child, rules, by_type=by_type)
        case None if path == "$":
            return
        case _:
            yield path, _kind(value, rule, by_type=by_type)


def _kind(value: Any, rule: Mapping[str, Any] | None, *, by_type: bool = False) -> str:
    for matcher in (rule or {}).get("matchers", ()):
        match matcher:
            case {"match": "regex", "regex": regex}:
                return f"text like {regex}"
            case {"match": "type"}:
                return _type(value)
            case {"match": kind}:
                return str(kind)
    return _type(value) if by_type else f"exactly {json.dumps(value)}"


def _matches_type(rule: Mapping[str, Any] | None) -> bool:
    return any(matcher.get("match") == "type" for matcher in (rule or {}).get("matchers", ()))


def _type(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "text", list: "list", dict: "object"}
    return names.get(type(value), "null")


def _short(path: str) -> str:
    """Without the root and Celery's lists around an event: `$[0][0].data.user_id` is `data.user_id`."""
    return re.sub(r"^\$(\[0\]\[0\])?\.?", "", path).replace("[*]", "[]") or "the whole"
