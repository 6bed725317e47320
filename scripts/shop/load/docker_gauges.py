"""What a shop in containers shows beside its answers."""

import json
import re
import subprocess
from collections import defaultdict

from scripts.shop.compose import ComposeShop
from scripts.shop.errors import CannotRun
from scripts.shop.load.gauges import Gauge, Values
from scripts.shop.load.native_gauges import CONNECTIONS, MB, QUEUES, TABLES, UNPUBLISHED
from scripts.shop.project import SERVICES

SECONDS = 5.0
"""Each look starts programs in containers, which takes some of the machine that is measured."""
STATS = ("docker", "stats", "--no-stream", "--format", "{{json .}}")
QUERY = f"""
SELECT 'connections', ({CONNECTIONS}), 'waiting', ({UNPUBLISHED});
{TABLES};
"""
UNITS = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def gauges(shop: ComposeShop) -> list[Gauge]:
    return [Gauge(_containers, SECONDS), Gauge(lambda: _servers(shop), 2 * SECONDS)]


def _containers() -> Values:
    shown = subprocess.run(STATS, capture_output=True, text=True, check=False).stdout
    cpu, memory = {}, {}
    for line in shown.splitlines():
        one = json.loads(line)
        # Such as "shop-run-order-web-1"; other containers of this machine are not ours.
        if name := re.fullmatch(r"shop-run-(.+)-\d+", one["Name"]):
            cpu[name[1]] = float(one["CPUPerc"].removesuffix("%"))
            memory[name[1]] = _megabytes(one["MemUsage"].split(" / ")[0])
    return {"cpu": cpu, "memory": memory}


def _servers(shop: ComposeShop) -> Values:
    values: dict[str, dict[str, float]] = defaultdict(dict)
    for service in SERVICES:
        psql = ("psql", "--username", "postgres", "--dbname", service.name, "--tuples-only", "--no-align")
        answer = shop.output_of("exec", "-T", "postgres", *psql, "--command", QUERY.format(service.name))
        first, *tables = [line.split("|") for line in answer.splitlines() if line] or [[]]
        if len(first) != 4:
            raise CannotRun(f"PostgreSQL's container does not tell of {service.name}.")
        values["connections"][service.name] = float(first[1])
        values["waiting"][f"{service.name} outbox"] = float(first[3])
        values["tables"] |= {table: float(size) / MB for table, size in tables}
    rabbitmqctl = (
        "rabbitmqctl",
        "--quiet",
        "list_queues",
        "--vhost",
        "shop",
        "--formatter",
        "json",
        "name",
        "messages",
    )
    for queue in json.loads(shop.output_of("exec", "-T", "rabbitmq", *rabbitmqctl) or "[]"):
        if queue["name"].rpartition(".")[2] in QUEUES:
            values["waiting"][queue["name"]] = float(queue["messages"])
    return values


def _megabytes(text: str) -> float:
    """:param text: such as "85.4MiB"."""
    number, unit = re.fullmatch(r"([\d.]+)(\w+)", text).groups()  # type: ignore[union-attr] # Docker's own form
    return float(number) * UNITS[unit] / MB
