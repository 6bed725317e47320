"""What scripts/load.sh tells the load generator, in a JSON file that LOAD_PLAN names."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class Plan:
    """
    :param urls: where each service is reached, by its name.
    :param mail_api: the URL of the mail catcher; empty where there is none.
    :param products: ids of products with pieces for everybody.
    :param folder: where the generator's processes write what they measure.
    :param stages: pairs of seconds and a number of users.
    :param spawn_seconds: in which the users of a new stage come or go.
    :param most_requests: of one process; then the run ends.
    """

    urls: dict[str, str]
    mail_api: str
    products: list[int]
    folder: str
    stages: list[tuple[float, int]]
    spawn_seconds: float
    most_requests: int

    @classmethod
    def of_environment(cls) -> Self:
        content: dict[str, Any] = json.loads(Path(os.environ["LOAD_PLAN"]).read_text())
        return cls(**content)
