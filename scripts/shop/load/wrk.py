"""The raw ceiling: how often one page can be had in a second, asked for by a program that does nothing else (wrk)."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

import requests

from scripts.shop.errors import CannotRun
from scripts.shop.progress import say
from tests.support import ServersUnavailable, http, packages

CONNECTIONS = 16
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Ceiling:
    """Answers a second, percentiles in milliseconds, and what was wrong; empty when nothing was."""

    page: str
    rate: float
    p50: float
    p99: float
    wrong: str


def measure(urls: Mapping[str, str], *, seconds: float) -> list[Ceiling]:
    """
    The health page of order_service and a page of products, one after the other.

    :param seconds: for each.
    :raises CannotRun: there is no wrk, or a page is not what it should be.
    """
    _need_wrk()
    products = urls["order_service"] + "/api/products/"
    return [_ceiling(page, seconds=seconds) for page in (_health(urls["order_service"]), _checked(products, "results"))]


def read(page: str, output: str) -> Ceiling:
    """What wrk wrote. An answer that is an error is as fast as any other, so it counts as wrong."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    wrong = re.findall(r"^\s*(Non-2xx or 3xx responses: \d+|Socket errors: .+)$", output, re.MULTILINE)
    if not rate or float(rate[1]) == 0:
        wrong.append("no answer at all")
    percentiles = {percent: _milliseconds(output, percent) for percent in (50, 99)}
    return Ceiling(page, float(rate[1]) if rate else 0.0, percentiles[50], percentiles[99], "; ".join(wrong))


def _ceiling(page: str, *, seconds: float) -> Ceiling:
    command = ("wrk", "--threads", "1", "--connections", f"{CONNECTIONS}", "--duration", f"{seconds:.0f}s", "--latency")
    ended = subprocess.run([*command, page], capture_output=True, text=True, check=False)
    return read(page, ended.stdout + ended.stderr)


def _milliseconds(output: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s|m)$", output, re.MULTILINE)
    return float(found[1]) * MILLISECONDS[found[2]] if found else 0.0


def _health(url: str) -> str:
    """Behind the gateway each service's page is under the name of the service."""
    try:
        return _checked(f"{url}/order_service/health/", "status")
    except CannotRun:
        return _checked(f"{url}/health/", "status")


def _checked(page: str, field: str) -> str:
    try:
        answer = http.session.get(page, timeout=10, allow_redirects=False)
        if answer.status_code == 200 and field in answer.json():
            return page
    except requests.RequestException as error:
        raise CannotRun(f"{page} does not answer: {error}") from error
    raise CannotRun(f"{page} answered {answer.status_code}: {answer.text[:200]}")


def _need_wrk() -> None:
    if shutil.which("wrk"):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise CannotRun("wrk is not installed, and only root on Debian or Ubuntu could: sudo apt-get install wrk")
    try:
        packages.install({"wrk": "wrk"}, say=lambda text: say(f"· {text}"))
    except ServersUnavailable as error:
        raise CannotRun(str(error)) from error
