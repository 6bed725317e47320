"""What customers may notice of a fault: slo.toml."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.traffic import Request

FILE = Path(__file__).with_name("slo.toml")


@dataclass(frozen=True)
class Slo:
    """
    :ivar limits: seconds that a request may take, by route, or "default".
    :ivar errors: the largest share of failed requests during the fault of an experiment, 0 to 1.
    """

    least_requests: int
    settled_within: float
    limits: Mapping[str, float]
    errors: Mapping[str, float]

    @classmethod
    def read(cls, file: Path = FILE) -> "Slo":
        content = tomllib.loads(file.read_text())
        return cls(
            least_requests=content["requests"]["least"],
            settled_within=content["requests"]["settled_within"],
            limits=content["limits"],
            errors=content["errors"],
        )

    def too_long(self, requests: Iterable[Request]) -> list[Request]:
        return [request for request in requests if request.seconds > self._limit(request.route)]

    def allows(self, experiment: str, *, errors: int, requests: int) -> bool:
        return errors <= self.errors.get(experiment, 0.0) * requests

    def _limit(self, route: str) -> float:
        return self.limits.get(route, self.limits["default"])
