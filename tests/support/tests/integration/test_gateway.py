"""The gateway: nginx with the configuration of Docker, in front of three servers that echo requests."""

import contextlib
import json
import shutil
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from scripts.shop.native import gateway
from scripts.shop.project import SERVICES
from servicekit.testing import eventually
from tests.support import packages
from tests.support.spawning import free_port


class Service(ThreadingHTTPServer):
    """Answers every request with its own name and what it was asked."""

    daemon_threads = True

    def __init__(self, name):
        super().__init__(("127.0.0.1", 0), Echo)
        self.name = name
        self.accepted = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def process_request(self, request, client_address):
        self.accepted += 1
        super().process_request(request, client_address)


class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = {"service": self.server.name, "path": self.path, "for": self.headers["X-Forwarded-For"]}
        body = json.dumps(seen | {"schema": "/api/schema/", "request_id": self.headers["X-Request-ID"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if "docs" in self.path else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  http.server's name

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def services():
    running = {service.name: Service(service.name) for service in SERVICES}
    yield running
    for service in running.values():
        service.shutdown()
        service.server_close()


@pytest.fixture(scope="module")
def gateway_url(services, tmp_path_factory):
    if not shutil.which("nginx"):
        packages.install({"nginx": "nginx"}, say=print)
    ports = {name: service.server_address[1] for name, service in services.items()} | {"gateway": free_port()}
    url = f"http://127.0.0.1:{ports['gateway']}"
    with gateway(tmp_path_factory.mktemp("gateway"), ports):
        eventually(lambda: answers(url), within=10)
        yield url


def answers(url):
    try:
        return requests.get(f"{url}/nowhere", timeout=2).status_code == 404
    except requests.ConnectionError:
        return False


class TestRoutes:
    @pytest.mark.parametrize(
        ("path", "service"),
        [
            ("/api/users/", "user_service"),
            ("/api/users/7/", "user_service"),
            ("/api/users/?search=/orders/", "user_service"),
            ("/api/auth/login/", "user_service"),
            ("/.well-known/jwks.json", "user_service"),
            ("/api/products/3/", "order_service"),
            ("/api/orders/3/cancel/", "order_service"),
            ("/api/payments/", "order_service"),
            ("/api/users/7/orders/", "order_service"),
            ("/api/users/7/notifications/", "notification_service"),
            ("/api/users/7/notifications/3/read/", "notification_service"),
        ],
    )
    def test_a_route_leads_to_its_service(self, gateway_url, path, service):
        seen = requests.get(gateway_url + path, timeout=5).json()

        assert (seen["service"], seen["path"]) == (service, path)

    @pytest.mark.parametrize("service", [service.name for service in SERVICES])
    @pytest.mark.parametrize("path", ["/health/", "/api/docs/", "/api/schema/"])
    def test_health_and_docs_of_a_service_are_under_its_name(self, gateway_url, service, path):
        seen = requests.get(f"{gateway_url}/{service}{path}?format=json", timeout=5).json()

        assert (seen["service"], seen["path"]) == (service, f"{path}?format=json")

    def test_a_docs_page_has_the_path_of_its_own_schema(self, gateway_url):
        assert (
            requests.get(f"{gateway_url}/order_service/api/docs/", timeout=5).json()["schema"]
            == "/order_service/api/schema/"
        )

    def test_the_request_id_is_passed_on(self, gateway_url):
        seen = requests.get(f"{gateway_url}/api/orders/", headers={"X-Request-ID": "mine-1"}, timeout=5).json()

        assert seen["request_id"] == "mine-1"


@pytest.mark.security
class TestInternalRoutes:
    @pytest.mark.parametrize(
        "path",
        [
            "/api/auth/service-token/",
            "/api/auth/service-token",
            "/api/auth//service-token/",
            "/api/auth/%73ervice-token/",
            "/api/auth/login/../service-token/",
            "/api/user-updated/",
            "/api/user-updated",
            "//api/user-updated/",
            "/health/",
            "/user_service/api/users/",
            "/nowhere/",
        ],
    )
    def test_an_internal_route_is_404(self, gateway_url, path):
        request = requests.Request("POST", gateway_url, json={}).prepare()
        request.url = gateway_url + path  # unchanged: requests would normalize it
        with requests.Session() as session:
            answer = session.send(request, timeout=5)

        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")

    def test_the_address_that_a_client_claims_is_replaced(self, gateway_url):
        seen = requests.get(f"{gateway_url}/api/orders/", headers={"X-Forwarded-For": "203.0.113.9"}, timeout=5).json()

        assert seen["for"] == "127.0.0.1"

    @pytest.mark.parametrize(("path", "status"), [("/nowhere/", 404), ("/api/user-updated/", 404)])
    def test_own_answers_have_the_security_headers(self, gateway_url, path, status):
        answer = requests.get(gateway_url + path, timeout=5)

        assert answer.status_code == status
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"

    def test_half_sent_requests_do_not_reach_the_services(self, gateway_url, services):
        """nginx passes on whole requests only, so they wait for nobody."""
        host, port = gateway_url.removeprefix("http://").split(":")
        half = b"POST /api/orders/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"
        with contextlib.ExitStack() as stack:
            for _ in range(50):
                stack.enter_context(socket.create_connection((host, int(port)))).sendall(half)
            before = services["order_service"].accepted

            assert requests.get(f"{gateway_url}/api/orders/", timeout=5).status_code == 200
            assert services["order_service"].accepted <= before + 1


class TestErrors:
    def test_a_body_that_is_too_large_is_413(self, gateway_url):
        answer = requests.post(f"{gateway_url}/api/orders/", data=b"x" * 140_000, timeout=5)

        assert (answer.status_code, answer.json()["code"]) == (413, "REQUEST_TOO_LARGE")

    def test_a_service_that_is_down_is_503_with_retry_after(self, services, tmp_path):
        closed = free_port()
        ports = {service.name: closed for service in SERVICES} | {"gateway": free_port()}
        url = f"http://127.0.0.1:{ports['gateway']}"
        with gateway(tmp_path, ports):
            eventually(lambda: answers(url), within=10)
            answer = requests.get(f"{url}/api/products/", timeout=5)

        assert (answer.status_code, answer.json()["code"]) == (503, "NEIGHBOUR_UNAVAILABLE")
        assert answer.headers["Retry-After"] == "2"
