"""What customers may notice of a fault: slo.toml."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.traffic import Request

FILE = Path(__file__).with_name("slo.toml")


@dataclass(frozen=True)
class Errors:
    """
    :ivar share: of the requests, 0 to 1.
    :ivar only: the routes that may fail; empty for all.
    """

    share: float
    only: Sequence[str] = ()


@dataclass(frozen=True)
class Slo:
    """
    :ivar limits: seconds that a request may take, by route, or "default".
    :ivar errors: which requests may fail during the fault of an experiment.
    """

    least_requests: int
    settled_within: float
    limits: Mapping[str, float]
    errors: Mapping[str, "Errors"]

    @classmethod
    def read(cls, file: Path = FILE) -> "Slo":
        content = tomllib.loads(file.read_text())
        return cls(
            least_requests=content["requests"]["least"],
            settled_within=content["requests"]["settled_within"],
            limits=content["limits"],
            errors={name: Errors(**allowed) for name, allowed in content["errors"].items()},
        )

    def too_long(self, requests: Iterable[Request]) -> list[Request]:
        return [request for request in requests if request.seconds > self._limit(request.route)]

    def excess_errors(self, experiment: str, requests: Sequence[Request]) -> list[str]:
        """What failed during a fault and should not have, a sentence each."""
        allowed = self.errors.get(experiment, Errors(share=0.0))
        failed = [request for request in requests if request.is_error]
        elsewhere = sorted({request.route for request in failed if allowed.only and request.route not in allowed.only})
        too_many = len(failed) > allowed.share * len(requests)
        internal = sum(request.status == 500 for request in requests)
        return [
            *([f"{internal} requests were answered 500, which no fault excuses"] if internal else []),
            *([f"{len(failed)} of {len(requests)} requests failed during the fault"] if too_many else []),
            *(f"{route} failed, which has nothing to do with the fault" for route in elsewhere),
        ]

    def _limit(self, route: str) -> float:
        return self.limits.get(route, self.limits["default"])
