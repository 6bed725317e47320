"""`scripts/chaos.sh`: runs experiments on one running shop, prints a line about each, and writes reports/chaos/."""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.shop.errors import CannotRun
from scripts.shop.progress import say
from tests.chaos import report, runner
from tests.chaos.runner import Interrupted, Result
from tests.chaos.shop import ChaosShop, chaos_shop
from tests.support import ServersUnavailable


def main(argv: list[str]) -> int:
    arguments = _parse(argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends in order, as after Ctrl-C
    if arguments.list:
        say("\n".join(f"{name:<20} {runner.load(name)['title']}" for name in runner.names()))
        return 0
    names = arguments.names or runner.names(short=arguments.short)
    began = time.monotonic()
    results: dict[str, Result] = {}
    try:
        with _shop() as shop:
            for name in names:
                results[name] = _run(name, shop, short=arguments.short)
            say("\n· looking at all books again: what came late?")
            results = {name: result.looked_at_again() for name, result in results.items()}
    except (CannotRun, ServersUnavailable) as trouble:
        sys.stderr.write(f"\n{trouble}\n")
    except (Interrupted, KeyboardInterrupt):
        say("\nInterrupted; every fault and every process has ended.")
    return _close(list(results.values()), len(names), short=arguments.short, seconds=time.monotonic() - began)


@contextmanager
def _shop() -> Iterator[ChaosShop]:
    with tempfile.TemporaryDirectory(prefix="shop-chaos-") as folder, chaos_shop(Path(folder)) as shop:
        yield shop


def _run(name: str, shop: ChaosShop, *, short: bool) -> Result:
    shop.keeper.require_running()
    say(f"\n· {name}: {runner.load(name)['title']}")
    result = runner.run(name, runner.load(name), shop, short=short)
    mark = "✓" if result.green else "✗"
    say(f"{mark} {name}: {result.orders} orders, {result.errors} of {result.requests} requests failed during the fault")
    for complaint in result.complaints:
        say(f"    {complaint}")
    return result


def _close(results: Sequence[Result], wanted: int, *, short: bool, seconds: float) -> int:
    if results:
        page = report.write(results, short=short, seconds=seconds)
        say(f"\n{report.as_table(results)}\n\n{report.totals(results)}; {seconds:.0f} s; {page}")
    if len(results) < wanted:
        say(f"RED: {wanted - len(results)} of {wanted} experiments did not run to their end.")
    return 0 if len(results) == wanted and all(result.green for result in results) else 1


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/chaos.sh")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these experiments (default: all)")
    parser.add_argument("--short", action="store_true", help="each fault for a few seconds only")
    parser.add_argument("--list", action="store_true", help="show the experiments, and run none")
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.names) - set(runner.names()):
        parser.error(f"no such experiment: {', '.join(sorted(unknown))}. There are: {', '.join(runner.names())}")
    return arguments


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
