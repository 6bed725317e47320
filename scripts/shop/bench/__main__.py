"""`python -m scripts.shop.bench [name ...]`: run these benches, or all; exit code 1 when a goal is missed."""

import argparse
import importlib
import sys
from collections.abc import Iterator

from scripts.shop.bench import Measurement
from scripts.shop.progress import say
from scripts.shop.tables import table

# name -> what it measures; the module of that name has `measure() -> Iterator[Measurement]`
BENCHES = {
    "quick": "scripts/test-quick.sh against three bare `python -m <service> check`",
    "latency": "from payment answered to notification stored, embedded",
    "bulk": "1,000 accounts by create_users_bulk, with the hasher that people's passwords get",
    "relay": "messages a second from outbox to RabbitMQ, against a bare publisher",
    "delivery": "from commit to handler, at 50 events a second on real servers",
    "orders": "order_service on PostgreSQL, against a textbook service and against bare Django views",
    "growth": "order_service with a million orders, against a thousand",
}


def measure(name: str) -> Iterator[Measurement]:
    module = importlib.import_module(f"scripts.shop.bench.{name}")
    yield from module.measure()


def main(argv: list[str]) -> int:
    listing = "\n".join(f"  {name:<10} {what}" for name, what in BENCHES.items())
    parser = argparse.ArgumentParser(
        prog="scripts/bench.sh", epilog=f"benches:\n{listing}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="name", help="benches to run (default: all)")
    names = parser.parse_args(argv).names or list(BENCHES)
    if unknown := [name for name in names if name not in BENCHES]:
        print(f"There is no bench {unknown[0]!r}. The benches:\n{listing}", file=sys.stderr)
        return 2

    measurements = []
    for name in names:
        say(f"\n{name}: {BENCHES[name]}")
        measurements += list(measure(name))

    say("")
    say(table([one.row for one in measurements]))
    return 0 if measurements and all(one.reached for one in measurements) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
