"""Writes down what a process of the load generator measures: a line of JSON for each request, and for each second."""

import json
import os
import re
import time
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

import gevent
from locust.env import Environment
from locust.runners import WorkerRunner

from tests.load.plan import Plan


class Recorder:
    def __init__(self, plan: Plan) -> None:
        self._folder = Path(plan.folder)
        self._most = plan.most_requests
        self._requests = 0

    def listen_to(self, environment: Environment) -> None:
        """Write down every request of this process, and each second how many users all processes have."""
        self._environment = environment
        environment.events.request.add_listener(self._request)
        environment.events.quitting.add_listener(lambda **_: self._file.close())
        gevent.spawn(self._each_second)

    def stage_starts(self) -> None:
        self._write(stage=True)

    def _request(
        self, request_type: str, name: str, response_time: float, exception: Exception | None, **_: Any
    ) -> None:
        # Without ids, and not in full length: then errors of one kind have one text.
        error = re.sub(r"/\d+/", "/{id}/", f"{type(exception).__name__}: {exception}")[:200] if exception else ""
        self._write(route=f"{request_type} {name}", milliseconds=round(response_time, 2), error=error)
        self._requests += 1
        if self._requests == self._most:
            self._environment.runner.quit()

    def _each_second(self) -> None:
        while True:
            if not isinstance(self._environment.runner, WorkerRunner):
                self._write(users=self._environment.runner.user_count)
            self._file.flush()
            gevent.sleep(1)

    def _write(self, **row: Any) -> None:
        self._file.write(json.dumps({"at": round(time.time(), 3), **row}) + "\n")

    @cached_property
    def _file(self) -> TextIO:
        # Opened when first needed: Locust's workers are forks.
        return (self._folder / f"{os.getpid()}.jsonl").open("w")
