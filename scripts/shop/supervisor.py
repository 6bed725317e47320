"""Starts processes again that have died, and reports one that dies again and again."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from scripts.shop import processes
from scripts.shop.errors import CannotRun

Say = Callable[[str], None]

SHORT_RUN_SECONDS = 5.0
"""A process that dies earlier after its start has probably a fault that a restart does not fix."""

PAUSES = (0.2, 1.0, 2.0, 4.0)
"""Seconds before each restart of a process after a short run; after the last restart we give up."""


@dataclass
class Program:
    """A process that shall run."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    process: "Popen[bytes] | None" = None
    started_at: float = 0.0
    short_runs: int = 0
    restart_at: float | None = None


@dataclass
class Supervisor:
    say: Say = print
    clock: Callable[[], float] = time.monotonic
    programs: list[Program] = field(default_factory=list)

    def start(self, program: Program) -> None:
        program.process = processes.start(program.command, log=program.log, environment=program.environment)
        program.started_at = self.clock()
        program.restart_at = None
        if program not in self.programs:
            self.programs.append(program)

    def program(self, name: str) -> Program:
        [found] = [program for program in self.programs if program.name == name]
        return found

    def look_after(self) -> None:
        """
        Start again what has died, after a pause. Call this a few times a second.

        :raises CannotRun: a program had more short runs, one after the other, than there are `PAUSES`.
        """
        for program in self.programs:
            if program.restart_at is not None:
                if self.clock() >= program.restart_at:
                    self.start(program)
            elif program.process is not None and program.process.poll() is not None:
                self._died(program, program.process)

    def stop(self) -> None:
        """End all, role after role in the order in which they were started."""
        for role in dict.fromkeys(_role(program) for program in self.programs):
            group = [program.process for program in self.programs if _role(program) == role and program.process]
            processes.end(group)
        self.programs.clear()

    def kill(self) -> None:
        """End all with SIGKILL."""
        for program in self.programs:
            if program.process:
                processes.kill(program.process)
        self.programs.clear()

    def _died(self, program: Program, process: "Popen[bytes]") -> None:
        end = processes.how_it_ended(process.returncode)
        processes.kill(process)  # children that it left would run beside the new process
        ran = self.clock() - program.started_at
        program.short_runs = program.short_runs + 1 if ran < SHORT_RUN_SECONDS else 1

        if program.short_runs > len(PAUSES):
            raise CannotRun(
                f"{program.name} {end}, {program.short_runs} times in a row right after its start. "
                f"{processes.end_of(program.log)}"
            )
        pause = PAUSES[program.short_runs - 1]
        program.restart_at = self.clock() + pause
        self.say(f"! {program.name} {end}; starting it again in {pause:g} s (log: {program.log})")


def _role(program: Program) -> str:
    return program.name.rpartition("-")[2]
