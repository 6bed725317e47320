"""order_service beside two other servers on the same database: a textbook service, and bare Django views."""

import json
import statistics
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.shop.bench import Measurement
from scripts.shop.bench.customers import Customers
from scripts.shop.bench.fill import fill
from scripts.shop.bench.neighbours import user_service
from scripts.shop.bench.rounds import in_turn
from scripts.shop.bench.servers import UNLIMITED, BenchServers, Web, bench_servers
from scripts.shop.bench.traffic import Connection, Operation, Sample, send
from scripts.shop.progress import say

ORDERS = 20_000
ROUNDS = 12
SECONDS = 0.8
CONNECTIONS = 4
GOALS = {"placing an order": 1.3, "reading an order": 1.0, "a page of products": 1.0}
"""The least rate of order_service, in rates of the textbook service."""


def measure() -> Iterator[Measurement]:
    with user_service() as users, bench_servers() as servers:
        environment = servers.environment(
            "order_service",
            USER_SERVICE_URL=users.url,
            CUSTOMER_TOKEN=users.mint.customer(1),
            **UNLIMITED,
        )
        fill(environment["DATABASE_URL"], orders=ORDERS)
        webs = {
            "ours": servers.serve("order_service", "serve", environment=environment),
            "textbook": _serve(servers, "textbook", environment),
            "bare": _serve(servers, "bare", environment),
        }
        for operation in Customers(users.mint, orders=ORDERS).operations:
            _require_same_answers(operation, webs)
            yield from _compare(operation, webs)


def _serve(servers: BenchServers, name: str, environment: Mapping[str, str]) -> Web:
    settings = f"scripts.shop.bench.{name}.settings"
    return servers.serve("django", "serve", "--settings", settings, environment=environment)


def _require_same_answers(operation: Operation, webs: Mapping[str, Web]) -> None:
    """:raises SystemExit: the servers answer one request differently, so they do not do the same work."""
    answers = {name: _answer(operation, web) for name, web in webs.items()}
    for name, answer in answers.items():
        if answer != answers["ours"]:
            raise SystemExit(f"{operation.name}: ours answers {answers['ours']}\n{name} answers {answer}")


def _answer(operation: Operation, web: Web) -> Any:
    connection = Connection(web.url)
    answer = json.loads(connection.ask(operation.requests[0], expected=operation.status))
    connection.close()
    if operation.status == 201:
        del answer["id"], answer["created_at"]
    return answer


def _compare(operation: Operation, webs: Mapping[str, Web]) -> Iterator[Measurement]:
    def measured(web: Web) -> tuple[Sample, float]:
        """A sample, and the server's CPU seconds per request."""
        before = web.cpu_seconds()
        sample = send(operation, web.url, seconds=SECONDS, connections=CONNECTIONS)
        return sample, (web.cpu_seconds() - before) / len(sample.latencies)

    rounds = in_turn(*(lambda web=web: measured(web) for web in webs.values()), rounds=ROUNDS)
    rates = {}
    for name, samples in zip(webs, zip(*rounds, strict=True), strict=True):
        rates[name] = [sample.rate for sample, _ in samples]
        cpu = statistics.median(seconds for _, seconds in samples)
        say(f"  {operation.name}, {name}: {statistics.median(rates[name]):.0f} a second, {1000 * cpu:.2f} ms of CPU")
    for other, goal in (("textbook", GOALS[operation.name]), ("bare", None)):
        ratio = statistics.median(ours / theirs for ours, theirs in zip(rates["ours"], rates[other], strict=True))
        yield Measurement(f"{operation.name}, ours / {other}", ratio, "times", goal, at_least=True)
