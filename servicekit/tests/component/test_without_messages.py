"""A service that neither sends nor receives messages runs on a kit without `servicekit/messages`."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from servicekit.testing import TokenMint, eventually

KIT = Path(__file__).parents[2]
DELETED = ["messages", "testing/messages.py", "testing/atomicity.py"]
"""What the kit's README says to delete."""
IMPORT_ALL = """
import importlib, pkgutil, django, servicekit
django.setup()
for module in pkgutil.walk_packages(servicekit.__path__, "servicekit."):
    importlib.import_module(module.name)
"""


class Project:
    """A folder with the minimal service and with a kit of its own, without messages."""

    def __init__(self, folder):
        shutil.copytree(KIT, folder / "servicekit", ignore=shutil.ignore_patterns("tests", "__pycache__"))
        for name in DELETED:
            path = folder / "servicekit" / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(KIT / "tests" / "minimal", folder / "minimal")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.folder, self.url = folder, f"http://127.0.0.1:{port}"
        settings = {"DJANGO_SETTINGS_MODULE": "minimal.settings", "RUN_DIR": str(folder), "MINIMAL_PORT": str(port)}
        self.environment = os.environ | settings | {"PYTHONPATH": ""}

    def start(self, *command):
        return subprocess.Popen([sys.executable, *command], cwd=self.folder, env=self.environment)

    def run(self, *command):
        return self.start(*command).wait(timeout=30)

    def get(self, path, token=""):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(self.url + path, headers=headers, timeout=5)

    def is_ready(self):
        try:
            return self.get("/health/").ok
        except requests.ConnectionError:
            return False


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_a_service_runs_on_a_kit_without_messages(tmp_path):
    project, mint = Project(tmp_path), TokenMint()
    (tmp_path / "jwks.json").write_text(json.dumps(mint.jwks()))

    assert project.run("-c", IMPORT_ALL) == 0
    assert project.run("-m", "minimal", "check") == 0
    assert project.run("-m", "minimal", "migrate", "--run-syncdb") == 0
    server = project.start("-m", "minimal", "serve")
    try:
        eventually(project.is_ready, within=30)
        signed_in, anonymous, missing = project.get("/me/", mint.customer(7)), project.get("/me/"), project.get("/")
    finally:
        server.terminate()
        server.wait(timeout=20)

    assert (signed_in.status_code, signed_in.json()) == (200, {"name": "user:7"})
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "NOT_AUTHENTICATED")
    assert (missing.status_code, missing.json()["code"]) == (404, "NOT_FOUND")
