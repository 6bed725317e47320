"""The rules for Dockerfiles and compose files."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[4]
SERVICES = ("user_service", "order_service", "notification_service")
COMPOSE_FILES = ("docker-compose.test.yml", "docker-compose.e2e.yml")
MINOR = re.compile(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w.-]+)?")


def services_of(file):
    return yaml.safe_load((ROOT / file).read_text())["services"]


def ours():
    return {
        name: one for name, one in services_of("docker-compose.e2e.yml").items() if one["image"].startswith("shop/")
    }


class TestDockerfiles:
    def test_dockerfiles_differ_in_name_port_and_description_only(self):
        """A change for one service is a change for all."""
        texts = set()
        for service in SERVICES:
            text = (ROOT / service / "Dockerfile").read_text().replace(service, "SERVICE")
            text = re.sub(r'description="[^"]*"', "DESCRIPTION", text)
            texts.add(re.sub(r"\b800\d\b", "PORT", text))

        [_one_text] = texts

    @pytest.mark.parametrize("service", SERVICES)
    def test_base_images_are_pinned_by_minor_version(self, service):
        text = (ROOT / service / "Dockerfile").read_text()
        images = re.findall(r"^FROM (\S+)|--mount=from=(\S+?),", text, re.MULTILINE)

        assert len(images) == 3
        assert all(MINOR.fullmatch(first or second) for first, second in images)


class TestComposeFiles:
    @pytest.mark.parametrize("file", COMPOSE_FILES)
    def test_images_are_pinned_by_minor_version(self, file):
        images = {one["image"] for one in services_of(file).values()}

        assert {image for image in images if not MINOR.fullmatch(image)} <= {
            f"shop/{s}:${{SHOP_VERSION:-e2e}}" for s in SERVICES
        }

    @pytest.mark.parametrize("file", COMPOSE_FILES)
    def test_ports_are_on_loopback_and_can_be_set(self, file):
        ports = [port for one in services_of(file).values() for port in one.get("ports", [])]

        assert ports
        assert all(re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z_]+_PORT:-\d+\}:\d+", port) for port in ports)

    @pytest.mark.security
    def test_our_containers_can_neither_write_nor_get_privileges(self):
        assert {one["image"] for one in ours().values()} == {f"shop/{s}:${{SHOP_VERSION:-e2e}}" for s in SERVICES}
        assert all(one["read_only"] and one["cap_drop"] == ["ALL"] for one in ours().values())
        assert all(one["security_opt"] == ["no-new-privileges:true"] for one in ours().values())

    def test_every_container_has_limits(self):
        limits = [one["deploy"]["resources"]["limits"] for one in services_of("docker-compose.e2e.yml").values()]

        assert all(limit.keys() == {"cpus", "memory", "pids"} for limit in limits)

    def test_the_gateway_waits_for_every_process(self):
        waited_for = services_of("docker-compose.e2e.yml")["gateway"]["depends_on"]
        running = {name for name, one in ours().items() if one.get("restart") != "no"}

        assert {name for name, how in waited_for.items() if how["condition"] == "service_healthy"} == running | {"mail"}

    @pytest.mark.security
    def test_files_have_no_secrets(self):
        """Secrets are read from files; only the password of the staff account may be a variable."""
        told = [
            (name, value)
            for one in services_of("docker-compose.e2e.yml").values()
            for name, value in one.get("environment", {}).items()
            if re.search("PASSWORD|SECRET|CLIENTS|DATABASE_URL|BROKER_URL|KEY", name)
        ]

        assert len(told) > 20
        assert {name for name, value in told if not (name.endswith("_FILE") and value.startswith("/run/secrets/"))} == {
            "DEMO_STAFF_PASSWORD"
        }
        assert {value for name, value in told if name == "DEMO_STAFF_PASSWORD"} == {"${DEMO_STAFF_PASSWORD:-}"}
