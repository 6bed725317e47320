"""`scripts/chaos.sh`: runs experiments on one running shop, and prints a line about each."""

import argparse
import sys
import tempfile
from pathlib import Path

from scripts.shop.progress import say
from tests.chaos import runner
from tests.chaos.shop import chaos_shop


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/chaos.sh")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--short", action="store_true")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="shop-chaos-") as folder, chaos_shop(Path(folder)) as shop:
        for name in arguments.names or runner.names():
            result = runner.run(name, runner.load(name), shop, short=arguments.short)
            say(str(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
