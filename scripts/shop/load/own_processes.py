"""What the processes that this program has started take of the machine."""

import os
import re
import time
from collections import defaultdict

import psutil

from scripts.shop.load.gauges import Values

SERVERS = {"postgres": "PostgreSQL", "beam.smp": "RabbitMQ", "redis-server": "Redis", "nginx": "nginx"}
GENERATOR = "load generator"
ROLES = ("serve", "worker", "relay")
FIND_SECONDS = 5.0
MB = 2**20


class OwnProcesses:
    """Every descendant of this process, by the name of what it belongs to; a service's role is one name."""

    def __init__(self) -> None:
        self._found: list[tuple[str, psutil.Process]] = []
        self._find_at = 0.0
        self._cpu: dict[int, float] = {}
        self._pids: dict[str, set[int]] = defaultdict(set)
        self._read_at = 0.0

    def read(self) -> Values:
        if time.monotonic() >= self._find_at:
            self._find()
        elapsed, self._read_at = time.monotonic() - self._read_at, time.monotonic()
        cpu: dict[str, float] = defaultdict(float)
        memory: dict[str, float] = defaultdict(float)
        files: dict[str, float] = defaultdict(float)
        for name, process in self._found:
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    worked = times.user + times.system
                    memory[name] += _own_memory(process) / MB
                files[name] += process.num_fds()
            except psutil.NoSuchProcess:
                continue
            cpu[name] += 100 * (worked - self._cpu.get(process.pid, worked)) / elapsed
            self._cpu[process.pid] = worked
        restarts = {name: len(pids) - 1 for name, pids in self._pids.items()}
        return {"cpu": cpu, "memory": memory, "files": files, "restarts": restarts}

    def _find(self) -> None:
        """Processes come and go, but seldom, and looking for them takes time."""
        self._find_at = time.monotonic() + FIND_SECONDS
        found = []
        for process in psutil.Process().children(recursive=True):
            try:
                name = name_of(process.name(), process.cmdline())
                if name.endswith(ROLES) and process.ppid() == os.getpid():
                    self._pids[name].add(process.pid)
            except psutil.NoSuchProcess:
                continue
            if name:
                found.append((name, process))
        self._found = found


def _own_memory(process: psutil.Process) -> float:
    """
    Bytes without files and shared memory: PostgreSQL's buffers would count once for each connection.

    What a fork shares with its parent does count: it is written to by and by, and then it would look like growth.
    """
    memory = process.memory_info()
    return float(memory.rss - getattr(memory, "shared", 0))  # only Linux tells


def name_of(program: str, command: list[str]) -> str:
    """Such as "order_service worker" or "PostgreSQL"; empty for what is no part of shop or generator."""
    line = " ".join(command)
    if service := re.search(rf"-m (\w+_service) ({'|'.join(ROLES)})", line):
        return " ".join(service.groups())
    if "-m locust" in line:
        return GENERATOR
    return SERVERS.get(program, "")
