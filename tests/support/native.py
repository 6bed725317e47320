"""
Server programs of this machine, started privately: free ports on loopback, a folder of their own, made-up passwords.

Nothing here touches a server that the machine runs for itself. What is started ends with the keeper: each program gets
a death signal from the kernel where there is one (Linux), besides being stopped in order.
"""

import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from tests.support import probes
from tests.support.errors import ServersUnavailable, Unusable
from tests.support.starting import Started, wait_until_usable

ROOT = Path(__file__).parents[2]
ROOM_NEEDED = 400 * 2**20
PATIENCE = 120.0  # seconds for one server to start, on a machine busy with much else


class Program:
    """One server program: how to find it, prepare it, start it, and know that it is there."""

    title: str
    package: str  # Debian's name
    kill_signal = signal.SIGKILL

    def __init__(self, folder: Path):
        self.folder = folder / type(self).__name__.lower()
        self.password = secrets.token_urlsafe(12)
        self.account: str | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.ports: list[int] = []

    def executable(self) -> str | None:
        """Where the program is on this machine."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Make what must be there before the first start."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def addresses(self) -> dict[str, str]:
        raise NotImplementedError

    def probe(self) -> str:
        raise NotImplementedError

    def start(self) -> Started:
        """
        :raises ServersUnavailable: it does not start; the text has the end of its log.
        """
        began = time.monotonic()
        self.folder.mkdir()
        self.prepare()
        for ports in _severalfree_ports(count=3, attempts=3):
            self.ports = ports
            try:
                version = self._start_once()
            except _PortTaken:
                continue
            how = f"started on port {self.ports[0]}"
            seconds = time.monotonic() - began
            return Started(self.title, how, seconds, self.addresses(), version, self.stop, self.restart)
        raise ServersUnavailable(
            f"{self.title} found its port taken three times, last port {self.ports[0]}. "
            "See who listens there (ss -ltnp), or start fewer things at once."
        )

    def restart(self) -> dict[str, str]:
        """End it as a crash would, and start it on the same ports and data."""
        self.stop()
        self._start_once()
        return self.addresses()

    def _start_once(self) -> str:
        with self.log.open("wb") as log:
            self.process = spawn(self.command(), account=self.account, env=self.environment(), log=log,
                                 death_signal=self.kill_signal)  # fmt: skip
        try:
            return wait_until_usable(self.probe, within=PATIENCE, still_alive=self._still_alive)
        except Unusable as no:
            self.stop()
            raise ServersUnavailable(f"{no}\n{self._log_end()}") from no
        except Exception:
            self.stop()
            raise

    def _still_alive(self) -> None:
        assert self.process
        if self.process.poll() is None:
            return
        said = self._log_end()
        if any(words in said for words in ("Address already in use", "address already in use", "eaddrinuse")):
            raise _PortTaken
        raise ServersUnavailable(f"{self.title} ended at once with code {self.process.returncode}:\n{said}")

    @property
    def log(self) -> Path:
        return self.folder.with_suffix(".log")

    def _log_end(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        return "\n".join(f"    {line}" for line in lines)

    def stop(self) -> None:
        """End it at once, and whatever it started: its data is thrown away anyway."""
        if self.process is None:
            return
        self.process.send_signal(self.kill_signal)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)
        # Its helpers would otherwise still write while the folder is removed.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class PostgreSQL(Program):
    title = "PostgreSQL"
    package = "postgresql"
    # Immediate shutdown; a plain SIGKILL would leave its shared memory behind.
    kill_signal = signal.SIGQUIT

    def executable(self) -> str | None:
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
        found = [folder / "initdb" for folder in reversed(folders) if (folder / "initdb").exists()]
        return str(found[0]) if found else shutil.which("initdb")

    def prepare(self) -> None:
        initdb = self.executable()
        assert initdb
        self.bin = Path(initdb).resolve().parent
        if os.geteuid() == 0:
            self.account = _unprivileged_account()
            shutil.chown(self.folder, self.account)
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        if self.account:
            shutil.chown(password_file, self.account)
        made = subprocess.run(
            [initdb, "--pgdata", self.folder / "data", "--username", "shop", "--pwfile", password_file,
             "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
            user=self.account, cwd="/", capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise ServersUnavailable(f"initdb failed in {self.folder}:\n{made.stderr.strip()}")

    def command(self) -> list[str]:
        settings = {
            "port": self.ports[0],
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 300,
            "max_prepared_transactions": 10,
            # A crash of the machine may lose the data: it is thrown away anyway. A crash of the server may not:
            # synchronous_commit stays on, since tests restart it and count what is left.
            "fsync": "off",
            "full_page_writes": "off",
            "log_line_prefix": "%m [%p] %d ",
        }
        given = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self.bin / "postgres"), "-D", str(self.folder / "data"), *given]

    def addresses(self) -> dict[str, str]:
        return {"postgres": f"postgresql://shop:{self.password}@127.0.0.1:{self.ports[0]}/postgres"}

    def probe(self) -> str:
        return probes.postgres(self.addresses()["postgres"])


class Redis(Program):
    title = "Redis"
    package = "redis-server"

    def executable(self) -> str | None:
        return shutil.which("redis-server") or shutil.which("valkey-server")

    def command(self) -> list[str]:
        program = self.executable()
        assert program
        settings = {"port": self.ports[0], "bind": "127.0.0.1", "dir": self.folder, "save": "", "databases": 256,
                    "requirepass": self.password}  # fmt: skip
        return [program, *(word for name, value in settings.items() for word in (f"--{name}", str(value)))]

    def addresses(self) -> dict[str, str]:
        return {"redis": f"redis://:{self.password}@127.0.0.1:{self.ports[0]}/0"}

    def probe(self) -> str:
        return probes.redis(self.addresses()["redis"])


class RabbitMQ(Program):
    title = "RabbitMQ"
    package = "rabbitmq-server"

    def executable(self) -> str | None:
        # Debian's /usr/sbin/rabbitmq-server insists on the account rabbitmq and its folders; this one does not.
        debian = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
        return str(debian) if debian.exists() else shutil.which("rabbitmq-server")

    def prepare(self) -> None:
        (self.folder / "plugins").write_text("[rabbitmq_management].\n")

    def _start_once(self) -> str:
        self._write_configuration()
        # A port mapper of our own: left to itself, Erlang starts one that outlives everybody.
        epmd = shutil.which("epmd") or next((str(path) for path in Path("/usr/lib").glob("erlang/erts-*/bin/epmd")), "")
        with self.log.with_name("epmd.log").open("wb") as log:
            self.epmd = spawn([epmd, "-port", str(self.ports[2]), "-address", "127.0.0.1"], log=log)
        return super()._start_once()

    def _write_configuration(self) -> None:
        _, api, _ = self.ports
        (self.folder / "rabbitmq.conf").write_text(
            f"default_user = shop\ndefault_pass = {self.password}\n"
            f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {api}\n"
            # Its own limit of free disk is another word for "publishers hang"; we looked for room before.
            "disk_free_limit.absolute = 1MB\nlog.console = true\nlog.console.level = warning\nlog.file = false\n"
        )

    def command(self) -> list[str]:
        program = self.executable()
        assert program
        return [program]

    def environment(self) -> dict[str, str]:
        amqp, _, epmd = self.ports
        return {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"shop-{amqp}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(amqp),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # The schedulers' busy waiting takes a third of a small machine while nothing happens.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none "
            "-kernel inet_dist_use_interface {127,0,0,1}",
            # Makes the script exec Erlang, so that signals reach the server and not a shell.
            "RUNNING_UNDER_SYSTEMD": "1",
        }

    def addresses(self) -> dict[str, str]:
        amqp, api, _ = self.ports
        account = f"shop:{self.password}@127.0.0.1"
        return {"rabbitmq": f"amqp://{account}:{amqp}/", "rabbitmq_api": f"http://{account}:{api}"}

    def probe(self) -> str:
        return probes.rabbitmq(**_named(self.addresses(), url="rabbitmq", api="rabbitmq_api"))

    def stop(self) -> None:
        super().stop()
        self.epmd.kill()
        self.epmd.wait()


class MailCatcher(Program):
    title = "Mail catcher"
    package = ""

    def executable(self) -> str | None:
        return sys.executable

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.support.mailcatcher", *map(str, self.ports[:2])]

    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(ROOT)}

    def addresses(self) -> dict[str, str]:
        smtp, api, _ = self.ports
        return {"mail_smtp": f"smtp://127.0.0.1:{smtp}", "mail_api": f"http://127.0.0.1:{api}"}

    def probe(self) -> str:
        return probes.mail(**_named(self.addresses(), smtp="mail_smtp", api="mail_api"))


PROGRAMS: dict[str, type[Program]] = {
    "postgres": PostgreSQL,
    "redis": Redis,
    "rabbitmq": RabbitMQ,
    "mail": MailCatcher,
}


def starters(kinds: Sequence[str], folder: Path) -> list[Callable[[], Started]]:
    """
    One function for each server wanted, to be called side by side.

    :raises ServersUnavailable: a program is not installed, or the disk is full.
    """
    free = shutil.disk_usage(folder).free
    if free < ROOM_NEEDED:
        raise ServersUnavailable(
            f"{folder.parent} has {free // 2**20} MB left, the servers need {ROOM_NEEDED // 2**20} MB. "
            "Make room, or set TMPDIR to a folder that has it."
        )
    return [PROGRAMS[kind](folder).start for kind in kinds]


def missing_packages(kinds: Sequence[str], folder: Path) -> dict[str, str]:
    """Programs that this machine lacks: title -> Debian's package."""
    programs = [PROGRAMS[kind](folder) for kind in kinds]
    return {program.title: program.package for program in programs if not program.executable()}


def spawn(
    command: list[str],
    *,
    log: IO[bytes],
    account: str | None = None,
    env: dict[str, str] | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    cwd: Path | str = "/",
) -> subprocess.Popen[bytes]:
    """
    Start a process that does not outlive this one.

    The kernel sends the death signal when the *thread* that called this ends, so call it from one that stays.
    setpriv sets it after the change of account, which would clear it.
    """
    return subprocess.Popen(
        tied(command, death_signal),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=os.environ | (env or {}),
        user=account,
        cwd=cwd,
        start_new_session=True,
    )


def tied(command: list[str], death_signal: signal.Signals) -> list[str]:
    """A command that gets a signal when its parent dies, where the system can do that."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG"), "--", *command] if setpriv else command


def _unprivileged_account() -> str:
    """PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise ServersUnavailable("PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it")


class _PortTaken(Exception):
    """Somebody was faster: try other ports."""


def _severalfree_ports(*, count: int, attempts: int) -> Iterator[list[int]]:
    for _ in range(attempts):
        yield [free_port() for _ in range(count)]


def free_port() -> int:
    """A port that nobody listens on, below the range from which the kernel takes ports for outgoing connections."""
    while True:
        port = random.randint(15000, 30000)  # noqa: S311  not a secret
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _named(addresses: dict[str, str], **names: str) -> dict[str, str]:
    return {argument: addresses[name] for argument, name in names.items()}
