"""The time to create many accounts by one call, in a database of their own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from scripts.shop.bench import Measurement
from scripts.shop.progress import say
from scripts.shop.project import ROOT

ACCOUNTS = 1000
GOAL_SECONDS = 10.0
MAKE_ACCOUNTS = f"""
import json, time
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import identify_hasher
from user_service.services import UserService

people = [
    {{"username": f"person{{n}}", "email": f"person{{n}}@shop.example", "password": f"a-Fine-secret-{{n}}"}}
    for n in range({ACCOUNTS})
]
started = time.monotonic()
UserService().create_users_bulk(people)
seconds = time.monotonic() - started
made = get_user_model().objects.filter(username__startswith="person")
hasher = identify_hasher(made.first().password).algorithm
print(json.dumps({{"seconds": seconds, "made": made.count(), "hasher": hasher}}))
"""


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"RUN_DIR": folder}
        _manage("migrate", "--verbosity", "0", environment=environment)
        said = _manage("shell", "--verbosity", "0", "--command", MAKE_ACCOUNTS, environment=environment)

    result = json.loads(said.splitlines()[-1])
    if result["made"] != ACCOUNTS:
        raise SystemExit(f"create_users_bulk made {result['made']} accounts, not {ACCOUNTS}")
    say(f"  {result['made']} accounts, passwords by {result['hasher']}")
    yield Measurement(f"{ACCOUNTS} accounts", result["seconds"], "s", GOAL_SECONDS)


def _manage(*arguments: str, environment: dict[str, str]) -> str:
    command = (sys.executable, "-m", "user_service", *arguments)
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
