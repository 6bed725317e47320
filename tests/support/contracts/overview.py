"""pacts/README.md: what each service needs from the others, generated from the pacts."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.support.contracts.pacts import Pact

HEAD = """\
# What each service needs from the others

Written by `scripts/test.sh contract` from the consumers' tests; do not edit. Each file contains what one consumer needs
from one provider, and the provider's tests verify it. When one fails:
[docs/decisions/contracts.md](../docs/decisions/contracts.md).
"""


def readme(pacts: Iterable[Pact]) -> str:
    ordered = sorted(pacts, key=lambda pact: (pact.consumer, pact.provider))
    return "\n".join([HEAD, *_drawing(ordered), *_tables(ordered)]) + "\n"


def _drawing(pacts: list[Pact]) -> Iterator[str]:
    yield "```mermaid"
    yield "flowchart LR"
    for pact in pacts:
        calls = sorted({_call(each) for each in pact.raw if "request" in each})
        events = sorted({each["metadata"]["task"] for each in pact.raw if "contents" in each})
        if calls:
            yield f'    {pact.consumer} -- "{"<br>".join(calls)}" --> {pact.provider}'
        if events:
            yield f'    {pact.provider} -. "{"<br>".join(events)}" .-> {pact.consumer}'
    yield "```"
    yield ""
    yield "Solid arrows are requests, from client to server. Dotted arrows are events, from producer to consumer."


def _tables(pacts: list[Pact]) -> Iterator[str]:
    for pact in pacts:
        yield f"\n## {pact.consumer} needs from {pact.provider}\n"
        yield "| interaction | request or event | provider state |"
        yield "|---|---|---|"
        for each in sorted(pact.raw, key=lambda each: each["description"]):
            states = ", ".join(state["name"] for state in each.get("providerStates", ()))
            yield f"| {each['description']} | {_how(each)} | {states} |"


def _how(interaction: dict[str, Any]) -> str:
    if "contents" in interaction:
        return f"event `{interaction['metadata']['task']}`"
    return f"`{_call(interaction)}` → {interaction['response']['status']}"


def _call(interaction: dict[str, Any]) -> str:
    request = interaction["request"]
    query = "?" + "&".join(sorted(request["query"])) if request.get("query") else ""
    path = re.sub(r"/[0-9a-f]{8}-[0-9a-f-]{27}(?=/|$)", "/{key}", re.sub(r"/\d+(?=/|$)", "/{id}", request["path"]))
    return f"{request['method']} {path}{query}"
