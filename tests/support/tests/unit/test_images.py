"""What images and compose files promise, as far as their text shows it."""

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
    def test_differ_in_name_port_and_description_only(self):
        """What is learned for one service is learned for all."""
        texts = set()
        for service in SERVICES:
            text = (ROOT / service / "Dockerfile").read_text().replace(service, "SERVICE")
            text = re.sub(r'description="[^"]*"', "DESCRIPTION", text)
            texts.add(re.sub(r"\b800\d\b", "PORT", text))

        [_one_text] = texts

    @pytest.mark.parametrize("service", SERVICES)
    def test_pin_what_they_start_from_by_minor_version(self, service):
        text = (ROOT / service / "Dockerfile").read_text()
        images = re.findall(r"^FROM (\S+)|--mount=from=(\S+?),", text, re.MULTILINE)

        assert len(images) == 3
        assert all(MINOR.fullmatch(first or second) for first, second in images)


class TestComposeFiles:
    @pytest.mark.parametrize("file", COMPOSE_FILES)
    def test_pin_every_image_by_minor_version(self, file):
        images = {one["image"] for one in services_of(file).values()}

        assert {image for image in images if not MINOR.fullmatch(image)} <= {
            f"shop/{s}:${{SHOP_VERSION:-e2e}}" for s in SERVICES
        }

    @pytest.mark.parametrize("file", COMPOSE_FILES)
    def test_publish_on_loopback_only_at_ports_that_can_be_set(self, file):
        ports = [port for one in services_of(file).values() for port in one.get("ports", [])]

        assert ports
        assert all(re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z_]+_PORT:-\d+\}:\d+", port) for port in ports)

    @pytest.mark.security
    def test_give_our_processes_no_way_to_write_or_to_rise(self):
        assert {one["image"] for one in ours().values()} == {f"shop/{s}:${{SHOP_VERSION:-e2e}}" for s in SERVICES}
        assert all(one["read_only"] and one["cap_drop"] == ["ALL"] for one in ours().values())
        assert all(one["security_opt"] == ["no-new-privileges:true"] for one in ours().values())

    def test_limit_what_each_container_takes(self):
        limits = [one["deploy"]["resources"]["limits"] for one in services_of("docker-compose.e2e.yml").values()]

        assert all(limit.keys() == {"cpus", "memory", "pids"} for limit in limits)

    def test_open_the_shop_when_every_process_is_ready(self):
        """The gateway waits for all that stays, and for the seeds"""
        waited_for = services_of("docker-compose.e2e.yml")["gateway"]["depends_on"]
        stays = {name for name, one in ours().items() if one.get("restart") != "no"}

        assert {name for name, how in waited_for.items() if how["condition"] == "service_healthy"} == stays | {"mail"}

    @pytest.mark.security
    def test_hold_no_secret(self):
        """Whoever is to prove something reads a file that was made for this shop; the staff's password may be given."""
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
