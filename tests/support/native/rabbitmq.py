"""RabbitMQ of this machine."""

import shutil
from pathlib import Path
from threading import Event

from tests.support.native.program import Program
from tests.support.spawning import spawn


class RabbitMQ(Program):
    server = "rabbitmq"
    package = "rabbitmq-server"

    @classmethod
    def executable(cls) -> str | None:
        # Debian's /usr/sbin/rabbitmq-server requires the account rabbitmq and its folders; this one does not.
        debian = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
        return str(debian) if debian.exists() else shutil.which("rabbitmq-server")

    def prepare(self) -> None:
        (self.folder / "plugins").write_text("[rabbitmq_management].\n")

    def command(self) -> list[str]:
        return [self.executable() or "rabbitmq-server"]

    def environment(self) -> dict[str, str]:
        amqp, _, distribution, epmd = self.ports
        return {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"shop-{amqp}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(amqp),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # Without this the schedulers' busy waiting takes a third of a small machine.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none "
            "-kernel inet_dist_use_interface {127,0,0,1}",
            # Makes the script exec Erlang, so that signals reach the server and not a shell.
            "RUNNING_UNDER_SYSTEMD": "1",
        }

    def addresses(self) -> dict[str, str]:
        amqp, api, _, _ = self.ports
        account = f"shop:{self.password}@127.0.0.1"
        return {"rabbitmq": f"amqp://{account}:{amqp}/", "rabbitmq_api": f"http://{account}:{api}"}

    def stop(self) -> None:
        super().stop()
        self.epmd.kill()
        self.epmd.wait()

    def _start_once(self, cancelled: Event) -> str:
        _, api, _, epmd = self.ports
        (self.folder / "rabbitmq.conf").write_text(
            f"default_user = shop\ndefault_pass = {self.password}\n"
            f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {api}\n"
            # At its own limit of free disk the server blocks publishers; there was enough before the start.
            "disk_free_limit.absolute = 1MB\nlog.console = true\nlog.console.level = warning\nlog.file = false\n"
        )
        # A port mapper of its own: the one that Erlang starts by default does not end with the server.
        program = shutil.which("epmd") or next(map(str, Path("/usr/lib").glob("erlang/erts-*/bin/epmd")), "epmd")
        with self.log.with_name("epmd.log").open("wb") as log:
            self.epmd = spawn([program, "-port", str(epmd), "-address", "127.0.0.1"], environment={}, log=log)
        return super()._start_once(cancelled)
