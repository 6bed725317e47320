"""The mail catcher of this folder, where Docker has Mailpit."""

import sys
from pathlib import Path

from tests.support.native.program import Program

ROOT = Path(__file__).parents[3]


class MailCatcher(Program):
    server = "mail"
    package = ""

    @classmethod
    def executable(cls) -> str | None:
        return sys.executable

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.support.mailcatcher", *map(str, self.ports[:2])]

    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(ROOT)}

    def addresses(self) -> dict[str, str]:
        smtp, api, *_ = self.ports
        return {"mail_smtp": f"smtp://127.0.0.1:{smtp}", "mail_api": f"http://127.0.0.1:{api}"}
