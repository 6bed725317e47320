"""Redis, or Valkey, of this machine."""

import shutil

from tests.support.native.program import Program


class Redis(Program):
    server = "redis"
    package = "redis-server"

    @classmethod
    def executable(cls) -> str | None:
        return shutil.which("redis-server") or shutil.which("valkey-server")

    def command(self) -> list[str]:
        settings = {"port": self.ports[0], "bind": "127.0.0.1", "dir": self.folder, "save": "", "databases": 256,
                    "requirepass": self.password}  # fmt: skip
        options = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
        return [self.executable() or "redis-server", *options]

    def addresses(self) -> dict[str, str]:
        return {"redis": f"redis://:{self.password}@127.0.0.1:{self.ports[0]}/0"}
