"""
A stand-in for a Pact broker: as much of its HTTP as scripts/pact.sh uses, with what was published in memory.

After https://docs.pact.io/pact_broker/api: documents in HAL, whose links the clients follow. The real one:
docker compose -f docker-compose.test.yml --profile broker up --wait
"""

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

Document = dict[str, Any]
Answer = tuple[str, Document]
Route = tuple[str, str, Callable[..., Answer]]


@dataclass
class Published:
    """The pact of one version of a consumer, and what providers found when they verified it."""

    pact: Document
    version: str
    branch: str
    results: dict[str, bool] = field(default_factory=dict)

    @property
    def consumer(self) -> str:
        return str(self.pact["consumer"]["name"])

    @property
    def provider(self) -> str:
        return str(self.pact["provider"]["name"])

    @property
    def is_pending(self) -> bool:
        """No version of the provider ever kept it."""
        return not any(self.results.values())


class Broker:
    """What is published, deployed, and was asked."""

    def __init__(self, *, token: str = "", takes_results: bool = True):
        self.token = token
        self.takes_results = takes_results
        self.pacts: list[Published] = []
        self.deployed: list[tuple[str, str, str]] = []
        self.branches: list[tuple[str, str, str]] = []
        self.url = ""
        self.routes: tuple[Route, ...] = (
            ("GET", r"/", self._index),
            ("POST", r"/contracts/publish", self._publish),
            ("GET POST", r"/pacts/(\w+)/for-verification", self._for_verification),
            ("GET", r"/pacts/(\d+)", self._pact),
            ("POST", r"/pacts/(\d+)/results", self._take_results),
            ("GET", r"/pacticipants/(\w+)", self._pacticipant),
            ("PUT", r"/pacticipants/(\w+)/branches/(.+)/versions/(\w+)", self._take_branch),
            ("GET", r"/pacticipants/(\w+)/versions/(\w+)", self._version),
            ("POST", r"/deployed/(\w+)/(\w+)/(\w+)", self._take_deployment),
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = json.loads(environ["wsgi.input"].read(size) or "null")
        if self.token and environ.get("HTTP_AUTHORIZATION") != f"Bearer {self.token}":
            status, document = "401 Unauthorized", {"error": "who are you?"}
        else:
            status, document = self._answer(environ, body)
        text = json.dumps(document).encode()
        start_response(status, [("Content-Type", "application/hal+json"), ("Content-Length", str(len(text)))])
        return [text]

    def _answer(self, environ: WSGIEnvironment, body: Any) -> tuple[str, Document]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if path == "/matrix":
            return "200 OK", self._matrix(parse_qs(environ["QUERY_STRING"]))
        for methods, pattern, handle in self.routes:
            if method in methods and (found := re.fullmatch(pattern, path)):
                return handle(*found.groups(), body)
        return "404 Not Found", {"error": "no such route"}

    def _index(self, _: Any) -> Answer:
        links = {
            "self": "/",
            "pb:publish-contracts": "/contracts/publish",
            "pb:provider-pacts-for-verification": "/pacts/{provider}/for-verification",
            "pb:pacticipant": "/pacticipants/{pacticipant}",
            "pb:pacticipant-version": "/pacticipants/{pacticipant}/versions/{version}",
            "pb:environments": "/environments",
        }
        return "200 OK", self._linked(links)

    def _publish(self, body: Document) -> Answer:
        name, number = body["pacticipantName"], body["pacticipantVersionNumber"]
        for contract in body["contracts"]:
            pact = json.loads(base64.b64decode(contract["content"]))
            self.pacts.append(Published(pact, number, body["branch"]))
        embedded = {
            "pacticipant": {"name": name, **self._linked({})},
            "version": {"number": number, **self._linked({})},
        }
        notices = [{"type": "success", "text": f"{name} {number} published"}]
        return "200 OK", {"notices": notices, "logs": [], "_embedded": embedded, **self._linked({})}

    def _for_verification(self, provider: str, _: Any) -> Answer:
        pacts = [
            {
                "shortDescription": f"latest of {published.branch}",
                "verificationProperties": {"pending": published.is_pending, "notices": []},
                **self._linked({"self": f"/pacts/{number}"}, name=f"{published.consumer} and {provider}"),
            }
            for number, published in enumerate(self.pacts)
            if published.provider == provider
        ]
        links = self._linked({"self": f"/pacts/{provider}/for-verification"})
        return "200 OK", {"_embedded": {"pacts": pacts}, **links}

    def _pact(self, number: str, _: Any) -> Answer:
        published = self.pacts[int(number)]
        links = {
            "self": f"/pacts/{number}",
            "pb:publish-verification-results": f"/pacts/{number}/results",
            "pb:provider": f"/pacticipants/{published.provider}",
        }
        return "200 OK", {**published.pact, **self._linked(links)}

    def _take_results(self, number: str, body: Document) -> Answer:
        if not self.takes_results:
            return "403 Forbidden", {"error": "this token may only read"}
        self.pacts[int(number)].results[body["providerApplicationVersion"]] = body["success"]
        return "201 Created", self._linked({"self": f"/pacts/{number}/results"})

    def _pacticipant(self, name: str, _: Any) -> Answer:
        links = {
            "self": f"/pacticipants/{name}",
            "pb:branch-version": f"/pacticipants/{name}/branches/{{branch}}/versions/{{version}}",
        }
        return "200 OK", {"name": name, **self._linked(links)}

    def _take_branch(self, name: str, branch: str, version: str, _: Any) -> Answer:
        self.branches.append((name, branch, version))
        return "201 Created", self._linked({})

    def _version(self, name: str, version: str, _: Any) -> Answer:
        document = self._linked({"self": f"/pacticipants/{name}/versions/{version}"})
        document["_links"]["pb:record-deployment"] = [
            {"name": each, "href": f"{self.url}/deployed/{name}/{version}/{each}"} for each in ("production", "test")
        ]
        return "200 OK", {"number": version, **document}

    def _take_deployment(self, name: str, version: str, environment: str, _: Any) -> Answer:
        self.deployed.append((name, version, environment))
        return "201 Created", self._linked({})

    def _matrix(self, query: dict[str, list[str]]) -> Document:
        """May this version go where the environment is? Every pact that it is a side of must have been kept."""
        [name], [version] = query["q[][pacticipant]"], query["q[][version]"]
        concerned = [each for each in self.pacts if (each.consumer, each.version) == (name, version)]
        kept = [each for each in concerned if any(each.results.values())]
        deployable = bool(concerned) and len(kept) == len(concerned)
        reason = f"{len(kept)} of {len(concerned)} pacts of {name} were kept"
        summary = {
            "deployable": deployable,
            "reason": reason,
            "success": len(kept),
            "failed": len(concerned) - len(kept),
            "unknown": 0,
        }
        notices = [{"type": "success" if deployable else "error", "text": reason}]
        return {"summary": summary, "matrix": [], "notices": notices}

    def _linked(self, links: dict[str, str], *, name: str = "") -> Document:
        named = {"name": name} if name else {}
        return {
            "_links": {rel: {"href": self.url + path, "templated": "{" in path, **named} for rel, path in links.items()}
        }


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(broker: Broker) -> Iterator[str]:
    """The broker at an address of this machine."""
    server: WSGIServer = make_server("127.0.0.1", 0, broker, handler_class=_Quiet)
    broker.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="a broker's stand-in")
    thread.start()
    try:
        yield broker.url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
