"""PostgreSQL of this machine."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from tests.support.errors import ServersUnavailable
from tests.support.native.program import Program


class PostgreSQL(Program):
    server = "postgres"
    package = "postgresql"
    # Immediate shutdown; SIGKILL would leave its shared memory.
    kill_signal = signal.SIGQUIT

    @classmethod
    def executable(cls) -> str | None:
        """The path of initdb, beside which the other programs are."""
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
        found = [folder / "initdb" for folder in reversed(folders) if (folder / "initdb").exists()]
        return str(found[0]) if found else shutil.which("initdb")

    def prepare(self) -> None:
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        if os.geteuid() == 0:
            self.account = _unprivileged_account()
            shutil.chown(self.folder, self.account)
            shutil.chown(password_file, self.account)
        made = subprocess.run(
            [self.executable() or "initdb", "--pgdata", self.folder / "data", "--username", "shop",
             "--pwfile", password_file, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8",
             "--no-sync"],
            user=self.account, cwd="/", capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise ServersUnavailable(f"initdb failed in {self.folder}:\n{made.stderr.strip()}")

    def command(self) -> list[str]:
        postgres = Path(self.executable() or "initdb").resolve().with_name("postgres")
        settings = {
            "port": self.ports[0],
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 300,
            "max_prepared_transactions": 10,
            # A crash of the machine may lose the data, which is deleted anyway. A crash of the server may not, because
            # tests restart it and count what is left: synchronous_commit stays on.
            "fsync": "off",
            "full_page_writes": "off",
            "log_line_prefix": "%m [%p] %d ",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(postgres), "-D", str(self.folder / "data"), *options]

    def addresses(self) -> dict[str, str]:
        return {"postgres": f"postgresql://shop:{self.password}@127.0.0.1:{self.ports[0]}/postgres"}


def _unprivileged_account() -> str:
    """PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise ServersUnavailable("PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it")
